"""Text messages by Gammu, which knows both kinds of them.

sms.py deliver|submit NUMBER   prints the messages of the text in standard input in hexadecimal digits, each behind
                               the number of a service centre in three octets: to the phone, or from it
sms.py decode                  reads messages to the phone, one a line, behind the number of a service centre; prints
                               number, time, part, parts and text of each as JSON
"""

import datetime
import json
import sys

import gammu

TIME = datetime.datetime(2026, 11, 26, 9, 8, 7)


def parts(text):
    """The messages of a text, in the default alphabet if it has all characters."""
    wide = any(ord(character) > 127 for character in text)
    return gammu.EncodeSMS({"Class": -1, "Unicode": wide, "Entries": [{"ID": "ConcatenatedTextLong", "Buffer": text}]})


def encode(kind, number, text):
    for message in parts(text):
        message.update(Number=number, Type=kind, DateTime=TIME, SMSCDateTime=TIME, Folder=1, SMSC={"Number": "+1"})
        octets = gammu.EncodePDU(message, kind)
        print(octets.hex().upper())


def decode(line):
    message = gammu.DecodePDU(bytes.fromhex(line), True)
    header = message["UDH"]
    print(json.dumps([message["Number"], str(message["DateTime"]), header["PartNumber"], header["AllParts"],
                      # Gammu counts an escape as a character of its own and reads beyond the end.
                      message["Text"].split("\0")[0]], ensure_ascii=False))


if sys.argv[1] == "decode":
    for each in sys.stdin:
        decode(each.strip())
else:
    encode(sys.argv[1].capitalize(), sys.argv[2], sys.stdin.read())
