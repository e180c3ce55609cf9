public import Classification
import Networks

/// Detectors are kept as a state dict too: Python reads them as it reads the weights.
extension GarmentDetector {
  private static let whiteningName = "whitening"
  private static let prototypesName = "prototypes"
  private static let thresholdName = "threshold"

  /// Reads a detector from a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``StateDictFileError``.
  public init(contentsOf path: String) throws(StateDictFileError) {
    let stateDict = try StateDictFile.read(contentsOf: path)
    guard let whitening = stateDict[Self.whiteningName],
      let prototypes = stateDict[Self.prototypesName],
      let threshold = stateDict[Self.thresholdName]?.values.first,
      let detector = GarmentDetector(
        whitening: whitening.values, prototypes: prototypes.values, threshold: threshold)
    else {
      throw StateDictFileError(
        path: path, reason: .unsupported("its tensors are not those of a garment detector"))
    }
    self = detector
  }

  /// Writes the detector to a file, which appears whole or not at all.
  ///
  /// - Throws: ``StateDictFileError`` when the file cannot be written.
  public func write(to path: String) throws(StateDictFileError) {
    let size = Self.featureCount
    var stateDict = StateDict()
    stateDict[Self.whiteningName] = ParameterTensor(shape: [size, size], values: whitening)
    stateDict[Self.prototypesName] = ParameterTensor(
      shape: [prototypes.count / size, size], values: prototypes)
    stateDict[Self.thresholdName] = ParameterTensor(shape: [1], values: [threshold])
    try StateDictFile.write(stateDict, to: path)
  }
}
