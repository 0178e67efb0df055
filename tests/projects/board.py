"""The board of a run (`luatos --board`) as who sits before its page has it, and what such a person does and sees.

`Board(address)` follows the changes over a WebSocket and acts over HTTP. `play(board, folder, steps, is_going_on)` goes
through the steps that board.toml describes.
"""

import array
import asyncio
import base64
import io
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import websockets
from PIL import Image, ImageColor

# Log lines from before the connection that the board is asked for.
LOG_LINES = 2000

# Seconds between two looks at what does not report by itself, and between two attempts to connect.
PAUSE = 0.1

# Seconds that the board has for one answer.
ANSWER = 65

# Bytes of a WAV file before its samples.
WAV_HEAD = 44

# Pixels that a line of text is wide at least.
LEAST_TEXT = 16


class Missing(Exception):
    """What a step waits for has not come."""


class Board:
    """`changes` has all that came, oldest first, and `state` the newest state."""

    def __init__(self, address):
        url = urllib.parse.urlsplit(address)
        self.place = url.netloc
        self.token = urllib.parse.parse_qs(url.query)["token"][0]
        self.changes = []
        self.state = {}
        self.is_closed = False
        self.thread = threading.Thread(target=asyncio.run, args=(self.follow(),), daemon=True)
        self.thread.start()

    async def follow(self):
        """Connects, and connects again after a restart of the device."""
        while not self.is_closed:
            try:
                address = f"ws://{self.place}/api/changes?token={self.token}&log={LOG_LINES}"
                async with websockets.connect(address, max_size=None) as stream:
                    await self.read(stream)
            except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException):
                await asyncio.sleep(PAUSE)

    async def read(self, stream):
        while not self.is_closed:
            try:
                change = json.loads(await asyncio.wait_for(stream.recv(), PAUSE))
            except asyncio.TimeoutError:
                continue
            if change["name"] == "state":
                self.state = change["values"][0]
            else:
                self.changes.append(change)

    def request(self, method, path, body=None):
        """Returns the bytes of the answer."""
        head = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://{self.place}/api/{path}", body, head, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Missing(f"{method} {path}: {error.code} {error.read().decode('utf-8', 'replace')}") from error
        except OSError as error:
            raise Missing(f"{method} {path}: {error}") from error

    def call(self, name, *values):
        """Calls a function of the table `device`."""
        return json.loads(self.request("POST", name, json.dumps([packed(value) for value in values]).encode()))

    def close(self):
        self.is_closed = True
        self.thread.join(5)


def packed(value):
    """A value for the board: { hex = "…" } of a step are bytes."""
    if isinstance(value, dict) and "hex" in value:
        return {"base64": base64.b64encode(bytes.fromhex(value["hex"])).decode()}
    return value


def text_of(value):
    """A value from the board as text; bytes by their numbers."""
    if isinstance(value, dict) and "base64" in value:
        return base64.b64decode(value["base64"]).decode("latin1")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def agrees(value, wanted):
    """Text is a pattern, anything else has to be equal."""
    return re.search(wanted, text_of(value)) is not None if isinstance(wanted, str) else value == wanted


class Player:
    """Goes through steps. What is to be seen comes after what was seen and done before."""

    def __init__(self, board, folder, is_going_on):
        self.board, self.folder, self.is_going_on = board, folder, is_going_on
        self.place = 0
        self.found = self.image = None

    def step(self, step):
        kind = next(iter(step))
        getattr(self, "step_" + kind)(step[kind], step)

    def wait(self, condition, what):
        self.found = None
        while not condition():
            if not self.is_going_on():
                raise Missing(f"not seen: {what}" + (f", but {self.found}" if self.found else ""))
            time.sleep(PAUSE)

    def step_do(self, words, _):
        place = len(self.board.changes)
        self.board.call(*words)
        self.place = max(place, self.place)

    def step_see(self, words, _):
        def is_seen():
            while self.place < len(self.board.changes):
                change = self.board.changes[self.place]
                self.place += 1
                values = change["values"]
                if change["name"] == words[0] and len(values) >= len(words) - 1 and all(map(agrees, values, words[1:])):
                    return True
            return False

        self.wait(is_seen, words)

    def step_state(self, path, step):
        def is_so():
            value = self.board.state
            for key in path.split("."):
                value = value[int(key)] if isinstance(value, list) and int(key) < len(value) else \
                    value.get(key) if isinstance(value, dict) else None
            self.found = f"it is {text_of(value)[:200]}"
            return agrees(value, step["is"])

        self.wait(is_so, f"{path} = {step['is']}")

    def step_file(self, path, step):
        def is_there():
            try:
                content = self.board.request("GET", "files" + urllib.parse.quote(path)).decode("latin1")
            except Missing as missing:
                self.found = str(missing)
                return False
            self.found = f"it has {len(content)} bytes"
            return re.search(step["has"], content) is not None

        self.wait(is_there, f"{path} with {step['has']}")

    def step_picture(self, display, step):
        def is_shown():
            try:
                picture = self.board.request("GET", "picture?display=" + urllib.parse.quote(display))
            except Missing as missing:
                self.found = str(missing)
                return False
            image = Image.open(io.BytesIO(picture)).convert("RGB")
            self.found = "it is the same" if step.get("new") and image == self.image else unlike(image, step)
            if not self.found:
                self.image = image
            return not self.found

        self.wait(is_shown, f"picture of {display}")

    def step_heard(self, least, _):
        def is_loud():
            try:
                with open(os.path.join(self.folder, "speaker.wav"), "rb") as file:
                    sound = file.read()[WAV_HEAD:]
            except OSError as error:
                self.found = str(error)
                return False
            samples = array.array("h", sound[:len(sound) // 2 * 2])
            loudest = max(map(abs, samples), default=0)
            self.found = f"the loudest of {len(samples)} samples is {loudest}"
            return loudest >= least

        self.wait(is_loud, f"a sound of {least}")


def unlike(image, wanted):
    """What of a picture is not as wanted, or nothing. `size`: width and height; `colours`: how many at least; `ink`: the
    least and the greatest share of the pixels that have not the most frequent colour; `area`: left, top, right and bottom
    of the part that `colours` and `ink` are about; `lines`: see `unlike_lines`; `code`: pattern for a bar code that it
    shows."""
    if "size" in wanted and list(image.size) != wanted["size"]:
        return f"its size is {image.size}"
    part = image.crop(wanted["area"]) if "area" in wanted else image
    colours = part.getcolors(1 << 24)
    ink = 1 - max(colours)[0] / (part.width * part.height)
    least, most = wanted.get("ink", (0, 1))
    if len(colours) < wanted.get("colours", 1) or not least <= ink <= most:
        return f"it has {len(colours)} colours, {ink:.1%} ink"
    if "lines" in wanted:
        return unlike_lines(image, wanted["lines"])
    if "code" in wanted and not re.search(wanted["code"], code := read_code(image)):
        return f"it reads {code!r}"
    return None


def unlike_lines(image, lines):
    """What there is beside lines of text on a paper of one colour, or nothing. A line has its top, its bottom, and the
    colour of its text as `#rrggbb`; its text is not smaller than LEAST_TEXT."""
    paper = max(image.getcolors(1 << 24))[1]
    rows = [[image.getpixel((x, y)) for x in range(image.width)] for y in range(image.height)]
    for top, bottom, colour in lines:
        found = {pixel for row in rows[top:bottom] for pixel in row} - {paper}
        if found != {ImageColor.getrgb(colour)}:
            return f"from {top} to {bottom} it has {found}"
        places = [x for row in rows[top:bottom] for x, pixel in enumerate(row) if pixel != paper]
        if max(places) - min(places) < LEAST_TEXT:
            return f"from {top} to {bottom} it has pixels at {min(places)} to {max(places)} only"
        rows[top:bottom] = [[paper]] * (bottom - top)
    beside = [y for y, row in enumerate(rows) if any(pixel != paper for pixel in row)]
    return f"it has pixels in the rows {beside}" if beside else None


def read_code(image):
    """The text of the bar code in a picture, or none; zbarimg wants more pixels than small displays have."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.resize((image.width * 3, image.height * 3), Image.NEAREST).save(file.name)
        command = ["zbarimg", "--quiet", "--raw", file.name]
        return subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace").strip()


def play(board, folder, steps, is_going_on):
    """Goes through the steps, with the folder of the run; returns why not all of them were possible, or nothing."""
    player = Player(board, folder, is_going_on)
    for number, step in enumerate(steps, 1):
        try:
            player.step(step)
        except Missing as missing:
            return f"step {number}, {missing}"
    return None
