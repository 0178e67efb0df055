//! The runner from outside.
