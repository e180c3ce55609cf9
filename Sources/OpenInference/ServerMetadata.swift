/// What a server says of itself.
public struct ServerMetadata: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// Its version.
  public let version: String
  /// The extensions of the protocol that it knows.
  public let extensions: [String]

  /// Describes this service.
  ///
  /// - Parameter version: The version of its API.
  public init(version: String) {
    name = "atelier"
    self.version = version
    extensions = [
      "binary_tensor_data", "classification", "model_configuration", "model_repository",
      "statistics",
    ]
  }
}
