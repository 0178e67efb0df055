/** 页面的中文文字，键名与 texts/en.js 相同。 */
export default {
    "frame.title": "LuatOS 开发板",
    "frame.skip": "跳到面板",
    "frame.connecting": "正在连接…",
    "frame.connected": "已连接",
    "frame.lost": "连接已断开，正在重连…",
    "frame.panels": "面板",
    "frame.network": "网络",
    "frame.battery": "电池",
    "frame.time": "已运行",
    "frame.memory": "Lua 内存",
    "frame.tasks": "任务",
    "frame.restarts": "重启次数",
    "frame.language": "语言",
    "frame.theme": "主题",
    "frame.theme.system": "主题：跟随系统",
    "frame.theme.light": "主题：浅色",
    "frame.theme.dark": "主题：深色",

    "refusal.title": "运行器拒绝了本页面的访问",
    "refusal.none": "地址里没有令牌。",
    "refusal.wrong": "地址里的令牌不对。",
    "refusal.other": "运行器拒绝这个地址。",
    "refusal.where": "luatos --board 启动时会打印带令牌的地址：请打开那个地址，或在这里输入令牌。",
    "refusal.token": "令牌",
    "refusal.open": "打开",

    "panel.pins": "引脚",
    "pins.outputs": "输出",
    "pins.inputs": "输入",
    "pins.waves": "脉宽调制",
    "pins.empty": "脚本还没有使用引脚。",
    "pins.high": "高",
    "pins.low": "低",
    "pins.blinks": "闪烁：亮 {on} ms，灭 {off} ms",
    "pins.input": "输入",
    "pins.interrupt": "中断",
    "pins.unused": "脚本未使用",
    "pins.other": "驱动其他引脚",
    "pins.pin": "引脚",
    "pins.level": "电平",
    "pins.drive": "驱动",

    "panel.keys": "按键",

    "panel.messages": "短信",

    "panel.calls": "通话",

    "panel.network": "网络",
    "network.registered": "已注册",
    "network.searching": "正在搜索网络",
    "network.none": "无信号覆盖",

    "panel.power": "电源与传感器",

    "panel.parts": "外接器件",
};
