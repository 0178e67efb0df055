//! The numbers of `rtos`: ids of messages, reasons of a start, modules, time limits. They are those of the
//! device, where programs print some of them.

/// Defines constants, and the list of them that scripts get by the same names.
macro_rules! numbers {
    ($($(#[$about:meta])* $name:ident = $number:expr;)*) => {
        $($(#[$about])* pub const $name: i64 = $number;)*
        /// All of them, by the names that scripts use.
        pub const NUMBERS: &[(&str, i64)] = &[$((stringify!($name), $name),)*];
    };
}

numbers! {
    /// `rtos.receive` without a time limit.
    INF_TIMEOUT = 0xffff_ffff;
    /// What `rtos.receive` returns when its time is up.
    WAIT_MSG_TIMEOUT = 4;

    /// Touch screen.
    MSG_TP = 1;
    /// An expired timer; its id follows.
    MSG_TIMER = 5;
    /// Bytes have come in at a uart, whose id follows.
    MSG_UART_RXDATA = 6;
    /// A uart, whose id follows, has sent all.
    MSG_UART_TX_DONE = 7;
    /// A key of the matrix: `key_matrix_row`, `key_matrix_col`, `pressed`.
    MSG_KEYPAD = 8;
    /// An edge at a pin: `int_id`, `int_resnum`.
    MSG_INT = 9;
    /// Battery and charger: `present`, `voltage`, `level`, `charger`, `state`.
    MSG_PMD = 10;
    /// The end of a sound.
    MSG_AUDIO = 11;
    /// A sensor of wearables.
    MSG_WEAR_STATUS = 12;
    /// The end of a recording.
    MSG_RECORD = 13;
    /// A part of a recording.
    MSG_STREAM_RECORD = 14;
    /// The alarm of `rtos.set_alarm`, without a parameter.
    MSG_ALARM = 15;
    /// A SIM has come (1) or gone (0).
    MSG_SIM_INSERT_IND = 27;
    /// A data connection is up.
    MSG_PDP_ACT_CNF = 28;
    /// A data connection is down, as asked for.
    MSG_PDP_DEACT_CNF = 29;
    /// A data connection is down.
    MSG_PDP_DEACT_IND = 30;
    /// A socket has received.
    MSG_SOCK_RECV_IND = 31;
    /// A socket has sent.
    MSG_SOCK_SEND_CNF = 32;
    /// A socket is closed, as asked for.
    MSG_SOCK_CLOSE_CNF = 33;
    /// A socket is connected, or could not be.
    MSG_SOCK_CONN_CNF = 34;
    /// A socket can send.
    MSG_SOCK_SEND_IND = 35;
    /// The peer has closed a socket.
    MSG_SOCK_CLOSE_IND = 36;
    /// The end of a spoken text.
    MSG_TTSPLY_STATUS = 37;
    /// A text could not be spoken.
    MSG_TTSPLY_ERROR = 38;
    /// A bar code was read.
    MSG_ZBAR = 39;
    /// The end of a scan for access points.
    MSG_WIFI = 40;
    /// Bluetooth.
    MSG_BLUETOOTH = 41;
    /// A headset was plugged in or out, or its key used.
    MSG_HEADSET = 42;
    /// A stream was opened or closed.
    MSG_RTMP = 43;
    /// WebSocket objects (ours): above all ids of the device.
    MSG_WEBSOCKET = 0x200;
    /// Changes of the device for those who listen to them (ours).
    MSG_DEVICE = 0x201;
    /// Requests of the console (ours).
    MSG_CONSOLE = 0x202;
    /// Something has happened to a server of a test, or one of its connections.
    MSG_PEERS = 0x203;
    /// The soft dog has bitten, and the program cannot restart the script: the period in ms.
    MSG_DOG = 0x204;
    /// Something is asked of the device by `--board`.
    MSG_BOARD = 0x205;

    /// Started by the power key.
    POWERON_KEY = 0;
    /// Started by the charger.
    POWERON_CHARGER = 1;
    /// Started by the alarm.
    POWERON_ALARM = 2;
    /// Started by `rtos.restart`.
    POWERON_RESTART = 3;
    /// Started for another reason.
    POWERON_OTHER = 4;
    /// Started for a reason that nobody knows.
    POWERON_UNKNOWN = 5;
    /// Started after a crash.
    POWERON_EXCEPTION = 6;
    /// Started by a tool on a computer.
    POWERON_HOST = 7;
    /// Started by the watchdog.
    POWERON_WATCHDOG = 8;

    /// `rtos.init_module`: the key matrix.
    MOD_KEYPAD = 0;
    /// `rtos.init_module`: the alarm.
    MOD_ALARM = 1;
    /// `rtos.init_module`: the touch screen.
    MOD_TP = 2;
}
