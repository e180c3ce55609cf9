public import Classification

/// What is said of a model.
public struct ModelMetadata: Sendable, Hashable {
  /// A tensor that it takes or gives.
  public struct TensorMetadata: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The kind of its elements.
    public let datatype: TensorDatatype
    /// Its shape; -1 stands for the number of pictures.
    public let shape: [Int]

    /// Its shape without the number of pictures, as a model's configuration has it.
    public var configuredShape: [Int] { shape.count > 1 ? Array(shape.dropFirst()) : [1] }
  }

  /// Its name.
  public let name: String
  /// Its versions, the newest first.
  public let versions: [String]
  /// What it takes.
  public let inputs: [TensorMetadata]
  /// What it gives.
  public let outputs: [TensorMetadata]

  /// The name of what runs it.
  public static let platform = "atelier"

  /// Describes a model.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - versions: Its versions, the newest first.
  ///   - labels: The classes of the version that is asked about.
  public init(name: String, versions: [String], labels: LabelSet) {
    self.name = name
    self.versions = versions
    inputs = [
      TensorMetadata(
        name: PictureInput.name, datatype: .fp32,
        shape: [-1, 1, ImageTensor.height, ImageTensor.width])
    ]
    outputs = PictureOutput.allCases.map {
      TensorMetadata(
        name: $0.rawValue, datatype: $0.datatype, shape: $0.shape(classCount: labels.count))
    }
  }
}
