public import Foundation
import Synchronization

/// The keys a running service accepts: those of its configuration, and those of a store, whose
/// changes it follows.
public final class KeyRing: Sendable {
  private let fixed: [APIKey]
  private let store: (any KeyStorage)?
  private let onFailure: @Sendable (KeyError) -> Void
  private let state: Mutex<State>

  private struct State {
    var stored: [APIKey]
    var stamp: KeyStamp?
    /// When to try again to read what could not be read.
    var nextAttempt: Date = .distantPast
  }

  /// Collects keys.
  ///
  /// - Parameters:
  ///   - fixed: The keys of the configuration.
  ///   - store: The keys that can change while the service runs.
  ///   - onFailure: Told when the store cannot be read later on; the keys known before stay.
  /// - Throws: ``KeyError/unreadable(path:reason:)`` when the store cannot be read now.
  public init(
    fixed: [APIKey], store: (any KeyStorage)? = nil,
    onFailure: @escaping @Sendable (KeyError) -> Void = { _ in }
  ) throws(KeyError) {
    self.fixed = fixed
    self.store = store
    self.onFailure = onFailure
    let stamp = store?.stamp
    let stored = try store?.keys() ?? []
    state = Mutex(State(stored: stored, stamp: stamp))
  }

  /// The key with a secret, if it works at this time.
  ///
  /// All keys are compared, each in constant time, whether or not one was found.
  public func key(forSecret secret: String, at date: Date = Date()) -> APIKey? {
    let hash = SecretHash(of: secret)
    var found: APIKey?
    for key in fixed where key.secretHash.matches(hash) { found = key }
    for key in current() where key.secretHash.matches(hash) { found = key }
    return found?.isValid(at: date) == true ? found : nil
  }

  /// The key with an identity, if it works at this time.
  public func key(withID id: String, at date: Date = Date()) -> APIKey? {
    let found = fixed.first { $0.id == id } ?? current().first { $0.id == id }
    return found?.isValid(at: date) == true ? found : nil
  }

  /// All keys: those of the configuration, and those of the store, the oldest first, with those that
  /// work no more.
  public func all() -> (configured: [APIKey], stored: [APIKey]) { (fixed, current()) }

  /// Makes a key, which is accepted from then on.
  ///
  /// - Returns: The key and its secret, which cannot be had again.
  /// - Throws: ``KeyError`` when there is no store, or it cannot be read or written.
  public func create(_ request: KeyRequest) throws(KeyError) -> NewKey {
    guard let store else { throw .noStore }
    return try store.create(request)
  }

  /// Revokes a key, which is refused from then on.
  ///
  /// - Parameters:
  ///   - id: The key's identity.
  ///   - callerID: The identity of the key that asks for it.
  ///   - isConfirmed: Whether it may be the caller's own key, or the last that may manage keys.
  /// - Returns: The key as it is now.
  /// - Throws: ``KeyError`` when there is no such key in the store, it needs to be confirmed, or the
  ///   keys cannot be read or written.
  public func revoke(
    id: String, by callerID: String, isConfirmed: Bool
  ) throws(KeyError) -> APIKey {
    guard !fixed.contains(where: { $0.id == id }) else { throw .configured(id: id) }
    guard let store else { throw .notFound(id: id) }
    return try store.revoke(id: id) { stored throws(KeyError) in
      guard !isConfirmed else { return }
      let admins = (fixed + stored).filter { $0.role == .admin && $0.isValid() }.map(\.id)
      if admins == [id] { throw .isLastAdmin(id: id) }
      if id == callerID { throw .isOwn(id: id) }
    }
  }

  /// How often ``refresh()`` is to be called; `nil` for never.
  public var refreshInterval: Duration? { store?.refreshInterval }

  /// Looks for what others have changed in the store. It waits for the disk or the network.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``; the keys known before stay.
  public func refresh() throws(KeyError) { try store?.refresh() }

  /// The keys of the store, read again when they have changed.
  private func current() -> [APIKey] {
    guard let store else { return [] }
    return state.withLock { state in
      let stamp = store.stamp
      guard stamp != state.stamp, Date() >= state.nextAttempt else {
        return state.stored
      }
      do throws(KeyError) {
        state.stored = try store.keys()
        state.stamp = stamp
      } catch {
        state.nextAttempt = Date(timeIntervalSinceNow: 1)
        onFailure(error)
      }
      return state.stored
    }
  }
}
