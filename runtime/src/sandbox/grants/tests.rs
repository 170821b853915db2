use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

fn endpoint(via: Via, host: &str, port: u16) -> Endpoint {
    Endpoint { via, host: host.parse().unwrap(), port }
}

fn grants(net: &[&str], http: &[&str]) -> Grants {
    Grants {
        net: net.iter().map(|text| text.parse().unwrap()).collect(),
        http: http.iter().map(|text| text.parse().unwrap()).collect(),
        ..Grants::default()
    }
}

#[test]
fn connections_go_where_the_grants_say() {
    for (net, host, port, ip, allowed) in [
        (&[][..], "irc.libera.chat", 6697, "1.1.1.1", false),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "1.1.1.1", true),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "2606:4700::1111", true),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6667, "1.1.1.1", false),
        // A name that leads home.
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "127.0.0.1", false),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "::1", false),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "::ffff:127.0.0.1", false),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "64:ff9b::a00:1", false),
        (&["irc.libera.chat:6697"], "irc.libera.chat", 6697, "169.254.169.254", false),
        (&["*:*"], "irc.libera.chat", 6697, "10.0.0.1", false),
        (&["*:*"], "localhost", 80, "127.0.0.1", false),
        // … and one whose address is granted as well, at this port.
        (&["db.example:5432", "10.0.0.0/8:5432"], "db.example", 5432, "10.1.2.3", true),
        (&["db.example:5432", "10.0.0.0/8:5432"], "db.example", 5432, "::ffff:10.1.2.3", true),
        (&["db.example:5432", "10.0.0.0/8:80"], "db.example", 5432, "10.1.2.3", false),
        // An address's grant lets no name in.
        (&["0.0.0.0/0:*"], "db.example", 5432, "1.1.1.1", false),
        (&["10.0.0.0/8:*"], "10.0.0.1", 80, "10.0.0.1", true),
        (&["10.0.0.0/8:*"], "10.0.0.1", 80, "10.0.0.2", false),
        (&["127.0.0.1:80"], "2130706433", 80, "127.0.0.1", true),
        (&["localhost.example:80"], "2130706433", 80, "127.0.0.1", false),
        (&["1.1.1.1:443"], "1.1.1.1", 443, "1.1.1.1", true),
        // This machine, by name.
        (&["localhost:80"], "LocalHost.", 80, "127.0.0.1", true),
        (&["localhost:80"], "localhost", 80, "::1", true),
        (&["localhost:80"], "localhost", 80, "10.0.0.1", false),
        (&["localhost:80"], "localhost", 80, "1.1.1.1", false),
        (&["localhost:80"], "127.0.0.1", 80, "127.0.0.1", false),
        (&["*.localhost:80"], "a.localhost", 80, "127.0.0.1", false),
        (&["stdio:"], "localhost", 80, "127.0.0.1", false),
    ] {
        let verdict = grants(net, &[]).check(&endpoint(Via::Connection, host, port), ip.parse().unwrap());
        assert_eq!(verdict.is_ok(), allowed, "{net:?}: {host}:{port} at {ip}: {verdict:?}");
    }
}

#[test]
fn requests_go_where_the_grants_say() {
    let api = "https://api.example.com";
    for (net, http, via, host, port, ip, allowed) in [
        (&[][..], &[api][..], Via::Https, "api.example.com", 443, "1.1.1.1", true),
        (&[], &[api], Via::Https, "api.example.com", 8443, "1.1.1.1", false),
        (&[], &[api], Via::Http, "api.example.com", 80, "1.1.1.1", false),
        (&[], &[api], Via::Http, "api.example.com", 443, "1.1.1.1", false),
        (&[], &[api], Via::Connection, "api.example.com", 443, "1.1.1.1", false),
        (&[], &[api], Via::Https, "api.example.com", 443, "192.168.0.1", false),
        (&[], &[api, "https://192.168.0.1"], Via::Https, "api.example.com", 443, "192.168.0.1", true),
        (&[], &[api, "http://192.168.0.1:443"], Via::Https, "api.example.com", 443, "192.168.0.1", false),
        (&["192.168.0.0/16:443"], &[api], Via::Https, "api.example.com", 443, "192.168.0.1", true),
        (&["api.example.com:443"], &[], Via::Https, "api.example.com", 443, "1.1.1.1", false),
        (&["192.168.0.0/16:443"], &[], Via::Https, "192.168.0.1", 443, "192.168.0.1", false),
        (&["db.example:80"], &["http://10.0.0.1"], Via::Connection, "db.example", 80, "10.0.0.1", false),
        (&[], &["http://127.0.0.1:8080"], Via::Http, "0177.0.0.1", 8080, "127.0.0.1", true),
        (&[], &["https://*"], Via::Https, "any.example", 443, "1.1.1.1", true),
        (&[], &["https://*"], Via::Https, "any.example", 443, "127.0.0.1", false),
    ] {
        let verdict = grants(net, http).check(&endpoint(via, host, port), ip.parse().unwrap());
        assert_eq!(verdict.is_ok(), allowed, "{net:?} {http:?}: {via:?} {host}:{port} at {ip}: {verdict:?}");
    }
}

#[test]
fn a_denial_has_the_line_to_add() {
    let none = Grants::default();
    let irc = endpoint(Via::Connection, "irc.libera.chat", 6697);
    let line = none.check_asked(&irc).unwrap_err().to_string();
    assert_eq!(
        line,
        "irc.libera.chat:6697 is not granted; to allow it, add: grant = { net = [\"irc.libera.chat:6697\"] }"
    );
    let named = grants(&["irc.libera.chat:6697"], &[]);
    let denial = named.check(&irc, "::1".parse().unwrap()).unwrap_err();
    assert_eq!(
        (denial.what.as_str(), denial.add.as_str()),
        ("irc.libera.chat:6697", "grant = { net = [\"[::1]:6697\"] }")
    );
    let api = none.check_asked(&endpoint(Via::Https, "api.example.com", 443)).unwrap_err();
    assert_eq!(api.add, "grant = { http = [\"https://api.example.com\"] }");
    assert_eq!(none.check_secret("pass\"word").unwrap_err().add, "grant = { secrets = [\"pass\\\"word\"] }");
    assert!(none.check_stdio().unwrap_err().to_string().ends_with("grant = { net = [\"stdio:\"] }"));
}

#[test]
fn the_configuration_says_it() {
    let grants: Grants = toml::from_str(
        r#"
        networks = ["libera"]
        net = ["irc.libera.chat:6697", "stdio:"]
        http = ["https://api.example.com"]
        secrets = ["password"]
        store = "1 MiB"
        dirs = [{ host = "/srv/data", guest = "/data" }]
        "#,
    )
    .unwrap();
    assert_eq!(grants.store, Some(ByteSize::mib(1)));
    assert!(!grants.dirs[0].write);
    assert!(grants.check_stdio().is_ok() && grants.check_secret("password").is_ok());
    assert_eq!(toml::from_str::<Grants>("").unwrap(), Grants::default());
    for (text, part) in [
        ("nets = []", "unknown field `nets`"),
        ("net = [\"libera\"]", "`libera` has no port: write it like `irc.libera.chat:6697`"),
        ("http = [\"http://a/b\"]", "an origin has no path"),
    ] {
        let error = toml::from_str::<Grants>(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// Any address that is not public, in any clothes.
fn not_public() -> impl Strategy<Value = IpAddr> {
    let v4 = prop_oneof![
        any::<u32>().prop_map(|bits| bits & 0x00ff_ffff | 0x0a00_0000),
        any::<u32>().prop_map(|bits| bits & 0x00ff_ffff | 0x7f00_0000),
        any::<u32>().prop_map(|bits| bits & 0x0000_ffff | 0xa9fe_0000),
        any::<u32>().prop_map(|bits| bits & 0x0000_ffff | 0xc0a8_0000),
        any::<u32>(),
    ]
    .prop_map(Ipv4Addr::from);
    let clothed = (v4, 0..4).prop_map(|(ip, clothes)| match clothes {
        0 => IpAddr::V4(ip),
        1 => IpAddr::V6(ip.to_ipv6_mapped()),
        2 => IpAddr::V6(ip.to_ipv6_compatible()),
        _ => IpAddr::V6(Ipv6Addr::from(0x0064_ff9b_u128 << 96 | u128::from(u32::from(ip)))),
    });
    let v6 = any::<u128>().prop_map(|bits| IpAddr::V6(bits.into()));
    prop_oneof![clothed, v6].prop_filter("public", |ip| !is_public(*ip))
}

proptest! {
    #[test]
    fn no_name_grant_alone_leads_to_what_is_not_public(
        ip in not_public(),
        host in "[a-z]{1,8}(\\.[a-z]{1,8}){0,2}",
        port in 1u16..,
        all_ports: bool,
        pattern in 0..3,
        via in prop::sample::select(vec![Via::Connection, Via::Http, Via::Https]),
    ) {
        prop_assume!(host != "localhost");
        let hosts = match pattern {
            0 => host.clone(),
            1 => host.split_once('.').map_or_else(|| "*".into(), |(_, domain)| format!("*.{domain}")),
            _ => "*".into(),
        };
        let port_text = if all_ports { "*".into() } else { port.to_string() };
        let asked = endpoint(via, &host, port);
        let address = format!("{hosts}:{port_text}");
        let origins = [format!("http://{address}"), format!("https://{address}")];
        let grants = grants(&[&address], &[&origins[0], &origins[1]]);
        prop_assert!(grants.check_asked(&asked).is_ok());
        prop_assert!(grants.check(&asked, ip).is_err());
    }
}
