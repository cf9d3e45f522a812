//! Google Analytics 4, and the enhanced e-commerce of Universal Analytics before it: any shop that
//! pushes its purchases to the data layer, by Google Tag Manager or by `gtag`.

mod item;
pub mod purchase;

pub use purchase::Purchase;
