import Foundation

/// What a signed-in browser carries: whose key it signed in with, and until when.
struct Session: Sendable, Hashable {
  let keyID: String
  /// When it ends, in seconds since 1970.
  let expires: Int
  /// Makes two sessions of one key differ.
  let nonce: String

  /// How long a session lasts.
  static let lifetime = 7 * 24 * 3_600

  /// Begins a session.
  init(keyID: String, at date: Date = Date()) {
    self.keyID = keyID
    expires = Int(date.timeIntervalSince1970) + Self.lifetime
    nonce = String(UInt64.random(in: 0 ... .max), radix: 36)
  }

  /// Reads what ``text`` wrote.
  init?(text: some StringProtocol) {
    let fields = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, let expires = Int(fields[0]), !fields[2].isEmpty else { return nil }
    self.expires = expires
    nonce = String(fields[1])
    keyID = String(fields[2])
  }

  /// The session in the characters of a cookie.
  var text: String { "\(expires).\(nonce).\(keyID)" }

  /// Whether it has not ended.
  func isValid(at date: Date) -> Bool { date.timeIntervalSince1970 < Double(expires) }
}
