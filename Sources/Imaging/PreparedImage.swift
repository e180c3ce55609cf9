public import Classification

/// A picture that is ready for an engine.
public struct PreparedImage: Sendable, Hashable {
  /// The grey levels.
  public let tensor: ImageTensor
  /// The preprocessing that was asked for.
  public let preprocessing: Preprocessing

  /// Wraps a tensor and how it came about.
  public init(tensor: ImageTensor, preprocessing: Preprocessing) {
    self.tensor = tensor
    self.preprocessing = preprocessing
  }
}
