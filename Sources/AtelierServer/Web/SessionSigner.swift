import APIKeys
import Crypto
import Foundation

/// Signs sessions, and recognises its own (HMAC with SHA-256, RFC 2104).
///
/// The server keeps no list of sessions. The hash of the key's secret is part of what is signed: a
/// session ends with the key it began with, even when another one takes its identity.
struct SessionSigner: Sendable {
  let secret: SessionSecret
  let keys: KeyRing

  private enum Purpose: String {
    case session, csrf
  }

  /// The text of a session for a cookie.
  func token(of session: Session, key: APIKey) -> String {
    "\(Self.text(code(.session, session, key))).\(session.text)"
  }

  /// The session of a cookie, and its key as it is now; `nil` when it was not made here, has ended, or
  /// its key works no more.
  func session(token: String, at date: Date = Date()) -> (session: Session, key: APIKey)? {
    let parts = token.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let session = Session(text: parts[1]), session.isValid(at: date),
      let key = keys.key(withID: session.keyID, at: date),
      Self.isEqual(String(parts[0]), Self.text(code(.session, session, key)))
    else { return nil }
    return (session, key)
  }

  /// What a page of the session has to send with everything that changes something.
  func csrfToken(of session: Session, key: APIKey) -> String {
    Self.text(code(.csrf, session, key))
  }

  /// Compares in a time that does not depend on where the texts differ.
  static func isEqual(_ first: String, _ second: String) -> Bool {
    var difference: UInt8 = 0
    for (one, other) in zip(first.utf8, second.utf8) { difference |= one ^ other }
    return difference == 0 && first.utf8.count == second.utf8.count
  }

  private func code(_ purpose: Purpose, _ session: Session, _ key: APIKey) -> Data {
    let message = [purpose.rawValue, key.secretHash.hexadecimal, session.text]
      .joined(separator: "\n")
    return Data(
      HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: secret.key))
  }

  /// Base64url (RFC 4648, section 5) without padding.
  private static func text(_ code: Data) -> String {
    code.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
