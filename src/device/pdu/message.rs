//! The two kinds of messages (3GPP TS 23.040 sections 9.2.2.1 and 9.2.2.2).

use super::{Address, Error, Reader, Stamp, UserData};

/// The kind, in the lowest bits of the first octet.
const KIND: u8 = 0x03;
const DELIVER: u8 = 0x00;
const SUBMIT: u8 = 0x01;

/// Bits of the first octet: no more messages wait; the user data has a header.
const NO_MORE: u8 = 0x04;
const HAS_HEADER: u8 = 0x40;

/// An ordinary message from person to person (section 9.2.3.9).
const PLAIN_PROTOCOL: u8 = 0x00;

/// A message on its way to the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// Who has sent it.
    pub from: Address,
    /// When.
    pub time: Stamp,
    /// What it says.
    pub data: UserData,
}

/// A message on its way from the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submit {
    /// The phone's number of the message.
    pub reference: u8,
    /// Who is to get it.
    pub to: Address,
    /// What it says.
    pub data: UserData,
}

impl Deliver {
    /// The octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![DELIVER | NO_MORE | header_bit(&self.data)];
        self.from.encode(&mut out);
        out.extend([PLAIN_PROTOCOL, self.data.coding()]);
        self.time.encode(&mut out);
        self.data.encode(&mut out);
        out
    }

    /// Reads the octets.
    ///
    /// # Errors
    /// They are no such message.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader(octets);
        let first = reader.octet()?;
        if first & KIND != DELIVER {
            return Err(Error::OtherKind);
        }
        let from = Address::decode(&mut reader)?;
        reader.octet()?;
        let coding = reader.octet()?;
        let time = Stamp::decode(&mut reader)?;
        let data = UserData::decode(coding, first & HAS_HEADER != 0, &mut reader)?;
        Ok(Deliver { from, time, data })
    }
}

impl Submit {
    /// The octets, without a period of validity.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![SUBMIT | header_bit(&self.data), self.reference];
        self.to.encode(&mut out);
        out.extend([PLAIN_PROTOCOL, self.data.coding()]);
        self.data.encode(&mut out);
        out
    }

    /// Reads the octets.
    ///
    /// # Errors
    /// They are no such message.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader(octets);
        let first = reader.octet()?;
        if first & KIND != SUBMIT {
            return Err(Error::OtherKind);
        }
        let reference = reader.octet()?;
        let to = Address::decode(&mut reader)?;
        reader.octet()?;
        let coding = reader.octet()?;
        // The period of validity: absent, relative, or one of the two long forms.
        reader.octets(match first >> 3 & 3 {
            0 => 0,
            2 => 1,
            _ => 7,
        })?;
        let data = UserData::decode(coding, first & HAS_HEADER != 0, &mut reader)?;
        Ok(Submit { reference, to, data })
    }
}

fn header_bit(data: &UserData) -> u8 {
    if data.part.is_some() { HAS_HEADER } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Content, Part},
        *,
    };
    use crate::device::clock::Civil;

    fn octets(digits: &str) -> Vec<u8> {
        data_encoding::HEXUPPER.decode(digits.as_bytes()).unwrap()
    }

    /// Without the number of a service centre, whose length goes first.
    fn behind_centre(digits: &str) -> Vec<u8> {
        let octets = octets(digits);
        octets[1 + usize::from(octets[0])..].to_vec()
    }

    #[test]
    fn a_published_message_to_a_phone() {
        let message = behind_centre("07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37");
        let local = Civil { year: 1999, month: 3, day: 29, hour: 15, minute: 16, second: 59 };
        let expected = Deliver {
            // A number of a type that only some networks have.
            from: Address::National("27838890001".into()),
            time: Stamp { local, zone: 8 },
            data: UserData { part: None, content: Content::of("hellohello") },
        };
        assert_eq!(Deliver::decode(&message), Ok(expected));
    }

    #[test]
    fn a_published_message_from_a_phone() {
        let message = behind_centre("0011000B916407281553F80000AA0AE8329BFD4697D9EC37");
        let data = UserData { part: None, content: Content::of("hellohello") };
        let expected = Submit { reference: 0, to: Address::parse("+46708251358").unwrap(), data };
        assert_eq!(Submit::decode(&message).as_ref(), Ok(&expected));
        assert_eq!(expected.encode(), octets("01000B916407281553F800000AE8329BFD4697D9EC37"));
    }

    #[test]
    fn periods_of_validity() {
        for (first, period) in [(0x01, ""), (0x11, "AA"), (0x09, "01020304050607"), (0x19, "62116290807023")] {
            let message = octets(&format!("{first:02X}07048101100004{period}0141"));
            let submit = Submit::decode(&message).unwrap();
            assert_eq!((submit.reference, submit.data.content), (7, Content::Octets(vec![b'A'])), "{first:#x}");
        }
    }

    #[test]
    fn parts_and_alphabets_come_back() {
        let local = Civil { year: 2026, month: 11, day: 26, hour: 9, minute: 8, second: 7 };
        for content in [Content::of("hello€"), Content::of("你好😀"), Content::Octets(vec![0, 1, 255])] {
            for part in [None, Some(Part { reference: 0x1234, is_wide: true, total: 2, index: 1 })] {
                let data = UserData { part, content: content.clone() };
                let from = Address::parse("Bank").unwrap();
                let message = Deliver { from, time: Stamp { local, zone: 32 }, data: data.clone() };
                assert_eq!(Deliver::decode(&message.encode()), Ok(message));
                let message = Submit { reference: 3, to: Address::parse("10086").unwrap(), data };
                assert_eq!(Submit::decode(&message.encode()), Ok(message));
            }
        }
    }

    #[test]
    fn each_kind_knows_the_other() {
        assert_eq!(Deliver::decode(&[0x01]), Err(Error::OtherKind));
        assert_eq!(Submit::decode(&[0x04]), Err(Error::OtherKind));
        let message = octets("01000B916407281553F800000AE8329BFD4697D9EC37");
        for end in 0..message.len() {
            assert_eq!(Submit::decode(&message[..end]), Err(Error::Truncated), "{end}");
        }
        assert_eq!(Submit::decode(&[&message[..], &[0]].concat()), Err(Error::TooLong));
    }
}
