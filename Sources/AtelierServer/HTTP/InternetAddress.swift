import Glibc

/// An Internet address in the 128 bits of IPv6; one of IPv4 is mapped into them (RFC 4291, section
/// 2.5.5.2), so that both kinds compare alike.
struct InternetAddress: Sendable, Hashable {
  /// The bits, the first of the address first.
  let bits: UInt128

  /// Reads an address as it is written, `192.0.2.7` or `2001:db8::7`; `nil` when it is none.
  init?(_ text: some StringProtocol) {
    // The zone of a link-local address says which interface it was seen on.
    let address = text.prefix { $0 != "%" }
    var bits: UInt128 = 0
    guard
      inet_pton(AF_INET6, address.contains(":") ? "\(address)" : "::ffff:\(address)", &bits) == 1
    else { return nil }
    self.bits = UInt128(bigEndian: bits)
  }

  /// Whether it is one of IPv4.
  var isIPv4: Bool { bits >> 32 == 0xffff }
}
