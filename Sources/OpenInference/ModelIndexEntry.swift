/// A version in the index of the model repository.
public struct ModelIndexEntry: Sendable, Hashable {
  /// The model.
  public let name: String
  /// The version.
  public let version: String
  /// Whether its engines are in memory.
  public let isReady: Bool
  /// Why it is not ready; empty when it is.
  public let reason: String

  /// Describes a version.
  public init(name: String, version: String, isReady: Bool, reason: String) {
    self.name = name
    self.version = version
    self.isReady = isReady
    self.reason = reason
  }

  /// The protocol's word for it.
  public var state: String { isReady ? "READY" : "UNAVAILABLE" }
}
