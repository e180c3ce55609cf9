public import Foundation
import Synchronization

/// The keys a running service accepts: those of its configuration, and those of a store, whose
/// changes it follows.
public final class KeyRing: Sendable {
  private let fixed: [APIKey]
  private let store: KeyStore?
  private let onFailure: @Sendable (KeyError) -> Void
  private let state: Mutex<State>

  private struct State {
    var stored: [APIKey]
    var fingerprint: Fingerprint?
    var nextLook: Date
  }

  /// What changes when the file is replaced.
  private struct Fingerprint: Equatable {
    var modified: Date?
    var number: Int?
  }

  /// Collects keys.
  ///
  /// - Parameters:
  ///   - fixed: The keys of the configuration.
  ///   - store: The keys that can change while the service runs.
  ///   - onFailure: Told when the store cannot be read later on; the keys known before stay.
  /// - Throws: ``KeyError/unreadable(path:reason:)`` when the store cannot be read now.
  public init(
    fixed: [APIKey], store: KeyStore? = nil,
    onFailure: @escaping @Sendable (KeyError) -> Void = { _ in }
  ) throws(KeyError) {
    self.fixed = fixed
    self.store = store
    self.onFailure = onFailure
    let fingerprint = store.map(Self.fingerprint)
    let stored = try store?.keys() ?? []
    state = Mutex(State(stored: stored, fingerprint: fingerprint, nextLook: .distantPast))
  }

  /// The key with a secret, if it works at this time.
  ///
  /// All keys are compared, each in constant time, whether or not one was found.
  public func key(forSecret secret: String, at date: Date = Date()) -> APIKey? {
    let hash = SecretHash(of: secret)
    var found: APIKey?
    for key in fixed where key.secretHash.matches(hash) { found = key }
    for key in current(at: date) where key.secretHash.matches(hash) { found = key }
    return found?.isValid(at: date) == true ? found : nil
  }

  /// The key with an identity, if it works at this time.
  public func key(withID id: String, at date: Date = Date()) -> APIKey? {
    let found = fixed.first { $0.id == id } ?? current(at: date).first { $0.id == id }
    return found?.isValid(at: date) == true ? found : nil
  }

  /// The keys of the store, read again when the file has changed; looks at most once a second.
  private func current(at date: Date) -> [APIKey] {
    guard let store else { return [] }
    return state.withLock { state in
      guard date >= state.nextLook else { return state.stored }
      state.nextLook = date.addingTimeInterval(1)
      let fingerprint = Self.fingerprint(store)
      guard fingerprint != state.fingerprint else { return state.stored }
      do throws(KeyError) {
        state.stored = try store.keys()
        state.fingerprint = fingerprint
      } catch {
        onFailure(error)
      }
      return state.stored
    }
  }

  private static func fingerprint(_ store: KeyStore) -> Fingerprint {
    let attributes = try? FileManager.default.attributesOfItem(atPath: store.file.path)
    return Fingerprint(
      modified: attributes?[.modificationDate] as? Date,
      number: attributes?[.systemFileNumber] as? Int)
  }
}
