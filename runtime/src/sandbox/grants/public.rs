//! Which addresses belong to the public Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// What is not public in IPv4: IANA's registry of special-purpose addresses (RFC 6890), and more.
const NOT_PUBLIC_V4: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),          // "this network"; 0.0.0.0 connects to the machine itself
    v4(10, 0, 0, 0, 8),         // private, RFC 1918
    v4(100, 64, 0, 0, 10),      // shared behind carriers' NAT, RFC 6598
    v4(127, 0, 0, 0, 8),        // loopback
    v4(168, 63, 129, 16, 32),   // Azure's machine agent: public in form only
    v4(169, 254, 0, 0, 16),     // link-local, RFC 3927; the clouds' metadata services
    v4(172, 16, 0, 0, 12),      // private, RFC 1918
    v4(192, 0, 0, 0, 24),       // protocol assignments, RFC 6890
    v4(192, 0, 2, 0, 24),       // documentation, RFC 5737
    v4(192, 88, 99, 0, 24),     // 6to4 relays, given up by RFC 7526
    v4(192, 168, 0, 0, 16),     // private, RFC 1918
    v4(198, 18, 0, 0, 15),      // benchmarks, RFC 2544
    v4(198, 51, 100, 0, 24),    // documentation
    v4(203, 0, 113, 0, 24),     // documentation
    v4(224, 0, 0, 0, 4),        // multicast, RFC 5771
    v4(240, 0, 0, 0, 4),        // reserved, RFC 1112
    v4(255, 255, 255, 255, 32), // broadcast, RFC 919
];

/// All of IPv6 that is given out for public use (RFC 4291, section 2.4; RFC 3513, section 4). Loopback, unspecified,
/// IPv4-compatible, unique local, link-local, site-local and multicast addresses all lie outside.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// What is not public within [`GLOBAL_V6`].
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23), // protocol assignments, RFC 2928: Teredo (it embeds IPv4), benchmarks, ORCHID
    v6(0x2001, 0xdb8, 32), // documentation, RFC 3849
    v6(0x2002, 0, 16), // 6to4: it embeds IPv4, and RFC 7526 gave up its relays
    v6(0x3fff, 0, 20), // documentation, RFC 9637
];

/// IPv4 behind a translator at the edge of an IPv6-only network (RFC 6052, section 2.1): as public as what it embeds.
/// The local translators of RFC 8215 lie outside, and are not.
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 96);

/// Whether `ip` belongs to the public Internet, as opposed to this machine, its networks, or nobody.
///
/// An IPv4 address in IPv6's clothes (mapped, or behind NAT64) is judged by what it embeds. The deprecated tunnels
/// 6to4 and Teredo are not public, whatever they embed.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) if NAT64.contains(&ip) => {
            let [.., a, b, c, d] = ip.octets();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&ip)),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|net| net.contains(&ip))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_public_internet_is_public() {
        let public = "
            1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.167.255.255
            192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 168.63.129.17
            2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1";
        for ip in public.split_whitespace() {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        let this_machine_and_its_networks = "
            0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.255 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1
            100.127.255.255 169.254.169.254 168.63.129.16 192.0.0.192
            :: ::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1";
        let nobody = "
            192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 198.19.255.255 224.0.0.1 239.255.255.255 240.0.0.1
            255.255.255.255 ff02::1 2001:db8::1 3fff::1 100::1 2001:2::1 2001:20::1 5f00::1";
        let ipv4_in_ipv6 = "
            ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 ::10.0.0.1 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254
            64:ff9b:1::1 2002:7f00:1::1 2002:a00:1::1 2001:0:1:2:3:4:5:6";
        let all = [this_machine_and_its_networks, nobody, ipv4_in_ipv6];
        for ip in all.iter().flat_map(|list| list.split_whitespace()) {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    proptest! {
        #[test]
        fn the_standard_library_agrees(bits: u32) {
            let ip = Ipv4Addr::from(bits);
            let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_broadcast()
                || ip.is_documentation() || ip.is_multicast() || ip.is_unspecified();
            prop_assert!(!(special && is_public(ip.into())));
            // In whatever clothes.
            prop_assert_eq!(is_public(ip.to_ipv6_mapped().into()), is_public(ip.into()));
            prop_assert!(!is_public(ip.to_ipv6_compatible().into()));
        }

        #[test]
        fn the_standard_library_agrees_on_ipv6(bits: u128) {
            let ip = Ipv6Addr::from(bits);
            let special = ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_multicast() || ip.is_loopback();
            prop_assert!(!(special && is_public(ip.into())));
        }
    }
}
