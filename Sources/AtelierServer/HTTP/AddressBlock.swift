/// Neighbouring Internet addresses: those that share their first bits (CIDR, RFC 4632).
struct AddressBlock: Sendable, Hashable {
  private let first: UInt128
  private let mask: UInt128

  /// The block of an address.
  ///
  /// - Parameter length: Bits that its addresses share, of 128.
  init(of address: InternetAddress, length: Int) {
    mask = length == 0 ? 0 : ~0 << (128 - length)
    first = address.bits & mask
  }

  /// Reads a block as it is written, `10.0.0.0/8` or `2001:db8::/32`, or an address alone; `nil` when
  /// it is none.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = InternetAddress(parts[0]) else { return nil }
    let offset = address.isIPv4 ? 96 : 0
    var length = 128
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...128 - offset).contains(given) else { return nil }
      length = given + offset
    }
    self.init(of: address, length: length)
  }

  /// Whether an address is one of the block's.
  func contains(_ address: InternetAddress) -> Bool { address.bits & mask == first }
}
