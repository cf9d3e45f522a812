//! Why a sale orders its trees, in words.
