//! What a script can set by the functions of the `json` table.

/// Settings of one `json` table. The defaults are lua-cjson's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether an excessively sparse array becomes an object; otherwise it is an error. Default: no.
    pub sparse_convert: bool,
    /// An array whose largest index is more than this many times its number of elements is
    /// excessively sparse; 0: none is. Default: 2.
    pub sparse_ratio: i32,
    /// An array whose largest index is at most this is never excessively sparse. Default: 10.
    pub sparse_safe: i32,
    /// How deep tables may be nested. Default: 1000.
    pub encode_max_depth: i32,
    /// How deep arrays and objects may be nested. Default: 1000.
    pub decode_max_depth: i32,
    /// What infinities and NaN become. Default: an error.
    pub encode_invalid_numbers: InvalidNumbers,
    /// Whether numbers that JSON does not have are accepted. Default: yes.
    pub decode_invalid_numbers: bool,
    /// Significant digits of numbers, 1 to 14. Default: 14.
    pub precision: u8,
    /// Kept for scripts that ask for it; buffers are kept in any case, as long as they are small. Default: yes.
    pub keep_buffer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_max_depth: 1000,
            decode_max_depth: 1000,
            encode_invalid_numbers: InvalidNumbers::Refused,
            decode_invalid_numbers: true,
            precision: 14,
            keep_buffer: true,
        }
    }
}

impl Settings {
    /// Whether an array is excessively sparse.
    pub fn is_excessively_sparse(&self, largest_index: i64, elements: i64) -> bool {
        self.sparse_ratio > 0
            && largest_index > elements.saturating_mul(i64::from(self.sparse_ratio))
            && largest_index > i64::from(self.sparse_safe)
    }
}

/// What infinities and NaN become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidNumbers {
    /// An error.
    Refused,
    /// `inf`, `-inf` or `nan`, which is no JSON.
    Written,
    /// `null`
    Null,
}
