//! Google Analytics 4 and the older enhanced e-commerce of Universal Analytics: shops that push
//! purchases to the data layer, by Google Tag Manager or `gtag`.

mod item;
pub mod purchase;

pub use purchase::Purchase;
