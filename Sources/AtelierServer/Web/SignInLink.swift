import Foundation
import Synchronization

/// A link that signs one browser in, once, soon after the first start.
public final class SignInLink: Sendable {
  /// The part of the link that proves it.
  public let token: String

  /// The page to open, with the token where only the page sees it, and no server's log.
  var address: String { "/sign-in#token=\(token)" }

  private struct State {
    var keyID: String?
    let deadline: ContinuousClock.Instant
  }

  private let state: Mutex<State>

  /// Makes a link.
  ///
  /// - Parameters:
  ///   - keyID: The key that the browser will be signed in with.
  ///   - lifetime: How long the link works.
  public init(
    keyID: String, lifetime: Duration = .seconds(600), at now: ContinuousClock.Instant = .now
  ) {
    token = (0..<4).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
    state = Mutex(State(keyID: keyID, deadline: now + lifetime))
  }

  /// The key to sign in with; `nil` when the token is wrong, late, or was used.
  func redeem(_ token: String, at now: ContinuousClock.Instant) -> String? {
    guard SessionSigner.isEqual(token, self.token) else { return nil }
    return state.withLock { state in
      guard now < state.deadline else { return nil }
      defer { state.keyID = nil }
      return state.keyID
    }
  }
}
