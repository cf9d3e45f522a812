//! The network of a sender, by which senders are counted.

use std::net::{IpAddr, Ipv6Addr};

/// The network that one sender has to itself: an IPv4 address, or the 64 leading bits of an IPv6
/// address. Providers assign at least so many addresses to each customer (RFC 6177), so a sender
/// could use a new one for each request. A text that is no address stands for itself.
pub(crate) fn of(address: &str) -> String {
    match address.trim().parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => Ipv6Addr::from_bits(address.to_bits() & HOSTS_LEFT_OUT).to_string(),
        },
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// The 64 bits of the network.
const HOSTS_LEFT_OUT: u128 = !0 << 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_customer_are_one_network() {
        for address in ["2001:db8:1:2::1", "2001:0DB8:1:2:ffff:ffff:ffff:ffff", " 2001:db8:1:2::"] {
            assert_eq!(of(address), "2001:db8:1:2::", "{address}");
        }
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
    }

    #[test]
    fn an_ipv4_address_counts_alone_in_each_of_its_forms() {
        for address in ["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"] {
            assert_eq!(of(address), "192.0.2.1", "{address}");
        }
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn what_is_no_address_stands_for_itself() {
        for text in ["", "unknown", "192.0.2.1:443", "2001:db8::/32"] {
            assert_eq!(of(text), text);
        }
    }
}
