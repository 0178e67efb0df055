//! The camera: it sees a picture, or else there is none. What it sees is shown in a part of the display, becomes a photo,
//! and its codes are read.

mod scene;

pub use self::scene::Scene;
use super::display::Screen;

/// Pixels of the sensor that the firmware knows by itself: upright, and in full, without leaving out every other one.
const SENSOR: (usize, usize) = (240, 320);
const FULL_SENSOR: (usize, usize) = (640, 480);

/// Most pixels of a side of a sensor or a photo.
const MOST_SIDE: i64 = 2048;

/// The zoom with which the picture fills the preview.
const FILL: i64 = 0xff;

/// The number of the type of camera that the firmware knows by itself.
const KNOWN_TYPE: i64 = 1;

/// How the camera is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Pixels of the sensor in a row, and rows.
    pub sensor: (usize, usize),
    /// It looks for codes during a preview.
    pub scans: bool,
    /// Left and right are exchanged.
    pub mirrors: bool,
}

impl Opening {
    /// That of the type of camera that the firmware knows; none of another, nor to look for codes with all pixels.
    #[must_use]
    pub fn of_type(number: i64, scans: bool, mirrors: bool, leaves_out: bool) -> Option<Opening> {
        let sensor = if leaves_out { SENSOR } else { FULL_SENSOR };
        (number == KNOWN_TYPE && (leaves_out || !scans)).then_some(Opening { sensor, scans, mirrors })
    }

    /// That of a sensor that the script describes. One without a size is as large as that of the firmware.
    #[must_use]
    pub fn of_sensor(width: i64, height: i64, scans: bool) -> Opening {
        let side = |pixels: i64, default: usize| if pixels > 0 { pixels.min(MOST_SIDE) as usize } else { default };
        Opening { sensor: (side(width, SENSOR.0), side(height, SENSOR.1)), scans, mirrors: false }
    }
}

/// Where on the display a preview is: from the left and top pixel up to the right and bottom ones, without these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The leftmost column.
    pub left: i64,
    /// The uppermost row.
    pub top: i64,
    /// The column after the last one.
    pub right: i64,
    /// The row after the last one.
    pub bottom: i64,
}

/// The camera of the device.
#[derive(Debug, Default)]
pub struct Camera {
    /// What is in front of it; without it there is no camera.
    scene: Option<Scene>,
    opening: Option<Opening>,
    preview: Option<Area>,
    /// The preview is not drawn.
    pub is_hidden: bool,
    zoom: i64,
    is_turned: bool,
    photo: Option<Vec<u8>>,
}

impl Camera {
    /// Puts something in front of it, or takes the camera away.
    pub fn see(&mut self, scene: Option<Scene>) {
        self.scene = scene;
        if self.scene.is_none() {
            self.close();
        }
    }

    /// Opens it. Whether there is one.
    pub fn open(&mut self, opening: Opening) -> bool {
        self.opening = self.scene.as_ref().map(|_| opening);
        self.opening.is_some()
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opening.is_some()
    }

    /// Closes it, and ends what it does. Whether it was open.
    pub fn close(&mut self) -> bool {
        (self.preview, self.zoom, self.is_turned, self.photo) = (None, 0, false, None);
        self.opening.take().is_some()
    }

    /// Begins to show what it sees. Whether it is open.
    pub fn start_preview(&mut self, area: Area) -> bool {
        self.preview = self.opening.map(|_| area);
        self.preview.is_some()
    }

    /// Ends that. Whether it was shown.
    pub fn stop_preview(&mut self) -> bool {
        self.preview.take().is_some()
    }

    /// How large a preview is: 0xff fills its area, 0 has the sensor's pixels from its upper left corner on, 2 to 8 are as
    /// many times as large, -2 to -8 as small. Whether there is a camera, and such a zoom.
    pub fn set_zoom(&mut self, zoom: i64) -> bool {
        let is_known = self.scene.is_some() && (zoom == FILL || (-8..=8).contains(&zoom));
        if is_known {
            self.zoom = zoom;
        }
        is_known
    }

    /// Turns a preview by 0 or 90 degrees, clockwise. Whether there is a camera, and it can.
    pub fn turn(&mut self, degrees: i64) -> bool {
        let is_known = self.scene.is_some() && matches!(degrees, 0 | 90);
        if is_known {
            self.is_turned = degrees == 90;
        }
        is_known
    }

    /// Takes a photo of so many pixels, with a quality of 1 to 100. Whether it is open, and can.
    pub fn capture(&mut self, width: i64, height: i64, quality: i64) -> bool {
        let size = |side: i64| (1..=MOST_SIDE).contains(&side).then_some(side as usize);
        self.photo = self.view().zip(size(width).zip(size(height))).and_then(|(view, (width, height))| {
            let quality = quality.clamp(1, 100) as u8;
            view.scaled(width, height).jpeg(quality).ok()
        });
        self.photo.is_some()
    }

    /// The last photo, as a JPEG file.
    #[must_use]
    pub fn photo(&self) -> Option<&[u8]> {
        self.photo.as_deref()
    }

    /// The contents of the QR codes that it sees, while it shows a preview and looks for them.
    #[must_use]
    pub fn codes(&self) -> Vec<Vec<u8>> {
        let is_looking = self.preview.is_some() && self.opening.is_some_and(|opening| opening.scans);
        self.scene.as_ref().filter(|_| is_looking).map(Scene::codes).unwrap_or_default()
    }

    /// Draws the preview over what a display shows.
    pub fn draw(&self, screen: &mut Screen) {
        let (Some(area), Some(view), false) = (self.preview, self.view(), self.is_hidden) else { return };
        let side =
            |from: i64, to: i64| usize::try_from(to.saturating_sub(from)).unwrap_or_default().min(MOST_SIDE as usize);
        let (width, height) = (side(area.left, area.right), side(area.top, area.bottom));
        if width == 0 || height == 0 {
            return;
        }
        let view = if self.is_turned { view.turned() } else { view };
        let times = self.zoom.unsigned_abs().max(1) as usize;
        let (view, times) = match self.zoom {
            FILL => (view.scaled(width, height), 1),
            ..0 => (view.scaled((view.width() / times).max(1), (view.height() / times).max(1)), 1),
            _ => (view, times),
        };
        let depth = screen.depth();
        for y in 0..height {
            for x in 0..width {
                let place = usize::try_from(area.left.saturating_add(x as i64))
                    .ok()
                    .zip(usize::try_from(area.top.saturating_add(y as i64)).ok());
                if let Some(((column, row), color)) = place.zip(view.pixel(x / times, y / times)) {
                    screen.set_pixel(column, row, depth.rgb(depth.nearest(color)));
                }
            }
        }
    }

    /// What the sensor has.
    fn view(&self) -> Option<Scene> {
        let Opening { sensor: (width, height), mirrors, .. } = self.opening?;
        let view = self.scene.as_ref()?.framed(width, height);
        Some(if mirrors { view.mirrored() } else { view })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        scene::samples::{code, gray},
        *,
    };

    const AREA: Area = Area { left: 1, top: 1, right: 3, bottom: 3 };

    fn opened(values: &[u8], mirrors: bool) -> Camera {
        let mut camera = Camera::default();
        camera.see(Some(gray(2, values)));
        assert!(camera.open(Opening { sensor: (2, 2), scans: false, mirrors }));
        camera
    }

    fn shown(camera: &Camera) -> Vec<u8> {
        let mut screen = Screen::new(4, 3, 24);
        camera.draw(&mut screen);
        (0..3).flat_map(|y| (0..4).map(move |x| (x, y))).map(|(x, y)| screen.pixel(x, y).unwrap()[0]).collect()
    }

    #[test]
    fn without_a_picture_there_is_no_camera() {
        let mut camera = Camera::default();
        let opening = Opening::of_type(1, false, false, true).unwrap();
        assert!(!camera.open(opening) && !camera.start_preview(AREA) && !camera.capture(9, 9, 50));
        assert!(!camera.set_zoom(0xff) && !camera.turn(90) && !camera.stop_preview() && !camera.close());
        let mut camera = opened(&[1, 2, 3, 4], false);
        camera.start_preview(AREA);
        camera.see(None);
        assert!(!camera.stop_preview() && !camera.close());
    }

    #[test]
    fn a_preview_shows_what_the_sensor_sees() {
        let mut camera = opened(&[1, 2, 3, 4], false);
        assert_eq!(shown(&camera), [0; 12]);
        assert!(camera.start_preview(AREA));
        assert_eq!(shown(&camera), [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0]);
        assert!(camera.turn(90) && !camera.turn(180));
        assert_eq!(shown(&camera), [0, 0, 0, 0, 0, 3, 1, 0, 0, 4, 2, 0]);
        camera.is_hidden = true;
        assert_eq!(shown(&camera), [0; 12]);
        camera.is_hidden = false;
        assert!(camera.stop_preview() && !camera.stop_preview());
        assert_eq!(shown(&camera), [0; 12]);
        let mut camera = opened(&[1, 2, 3, 4], true);
        camera.start_preview(AREA);
        assert_eq!(shown(&camera), [0, 0, 0, 0, 0, 2, 1, 0, 0, 4, 3, 0]);
    }

    #[test]
    fn a_preview_is_zoomed() {
        let mut camera = opened(&[1, 2, 3, 4], false);
        camera.start_preview(Area { left: 0, top: 0, right: 4, bottom: 2 });
        assert!(camera.set_zoom(0xff) && !camera.set_zoom(9));
        assert_eq!(shown(&camera), [1, 1, 2, 2, 3, 3, 4, 4, 0, 0, 0, 0]);
        assert!(camera.set_zoom(2));
        assert_eq!(shown(&camera), [1, 1, 2, 2, 1, 1, 2, 2, 0, 0, 0, 0]);
        assert!(camera.set_zoom(-2));
        assert_eq!(shown(&camera), [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert!(camera.set_zoom(0));
        for area in [(-1, -1, 9, 9), (3, 2, 1, 1), (i64::MIN, 0, i64::MAX, 9), (9, 9, 20, 20)] {
            let (left, top, right, bottom) = area;
            camera.start_preview(Area { left, top, right, bottom });
            shown(&camera);
        }
    }

    #[test]
    fn a_photo_has_the_size_that_is_asked_for() {
        let mut camera = opened(&[1, 2, 3, 4], false);
        assert!(!camera.capture(0, 9, 50) && !camera.capture(9, 5000, 50));
        assert!(camera.capture(30, 40, 50));
        let photo = Scene::decode(camera.photo().unwrap()).unwrap();
        assert_eq!((photo.width(), photo.height()), (30, 40));
        assert!(camera.close() && camera.photo().is_none());
    }

    #[test]
    fn codes_are_read_during_a_preview_if_that_is_asked_for() {
        let mut camera = Camera::default();
        camera.see(Some(code(b"a code")));
        camera.open(Opening::of_type(1, true, true, true).unwrap());
        assert_eq!(camera.codes(), Vec::<Vec<u8>>::new());
        camera.start_preview(AREA);
        assert_eq!(camera.codes(), [b"a code"]);
        camera.open(Opening::of_sensor(0, 0, false));
        assert_eq!(camera.codes(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn openings_that_the_firmware_does_not_know_fail() {
        assert_eq!(Opening::of_type(0, false, true, true), None);
        assert_eq!(Opening::of_type(1, true, true, false), None);
        assert_eq!(Opening::of_type(1, false, true, false).map(|opening| opening.sensor), Some((640, 480)));
        assert_eq!(Opening::of_sensor(i64::MAX, -1, true).sensor, (2048, 320));
    }
}
