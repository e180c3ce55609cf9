import Foundation

/// The proxies whose word is taken on where a request comes from.
///
/// Anybody can send `X-Forwarded-For`. Each proxy appends the address it was called from, so the list
/// is read from its end, for as long as the word comes from a proxy that is trusted.
public struct TrustedProxies: Sendable {
  private let blocks: [AddressBlock]

  /// Trusts nobody.
  public init() { blocks = [] }

  /// Reads addresses and blocks of them, separated by commas: `10.0.0.0/8, ::1`.
  ///
  /// - Throws: ``SettingsError`` when one of them is neither.
  public init(_ list: String) throws(SettingsError) {
    var blocks: [AddressBlock] = []
    for part in list.split(separator: ",") {
      let text = part.trimmingCharacters(in: .whitespaces)
      guard let block = AddressBlock(text) else {
        throw .unusable(
          .trustedProxies, value: text, reason: "must be addresses or blocks of them")
      }
      blocks.append(block)
    }
    self.blocks = blocks
  }

  /// The address of the client of a request.
  ///
  /// - Parameters:
  ///   - peer: The address that the connection comes from.
  ///   - forwardedFor: The request's `X-Forwarded-For`, if it has one.
  func client(peer: String, forwardedFor: String?) -> String {
    guard !blocks.isEmpty, let forwardedFor, trusts(peer) else { return peer }
    var client = peer
    for part in forwardedFor.split(separator: ",").reversed() {
      let hop = part.trimmingCharacters(in: .whitespaces)
      guard InternetAddress(hop) != nil else { break }
      client = hop
      guard trusts(client) else { break }
    }
    return client
  }

  private func trusts(_ text: String) -> Bool {
    guard let address = InternetAddress(text) else { return false }
    return blocks.contains { $0.contains(address) }
  }
}
