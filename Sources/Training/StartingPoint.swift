public import Classification
public import ModelStore
public import Networks
import OrderedCollections
import StateDictFiles

/// A trained version whose parameters a run starts from.
public struct StartingPoint: Sendable {
  /// The version's name.
  public let version: String
  /// Its design.
  public let architecture: Architecture
  /// Its classes.
  public let labels: LabelSet
  /// Its parameters.
  public let parameters: StateDict

  /// Reads the parameters of a version.
  ///
  /// - Throws: ``TrainingError/startUnusable(version:reason:)`` when it has none of a known design, or
  ///   its file is not the one its manifest describes.
  public init(_ version: ModelVersion) throws(TrainingError) {
    guard let architecture = version.manifest.architecture, let network = version.manifest.network
    else {
      throw .startUnusable(
        version: version.name, reason: "it is a graph of another design than those trained here")
    }
    do {
      parameters = try StateDictFile.read(contentsOf: version.verifiedPath(of: .stateDict))
        .conforming(to: network)
    } catch {
      throw .startUnusable(version: version.name, reason: "\(error)")
    }
    self.version = version.name
    self.architecture = architecture
    labels = version.manifest.labels
  }

  /// The parameters that a network of some classes takes over; of other classes than the version's, all
  /// but those of the last layer, which is what tells classes apart.
  func parameters(for network: Network, labels: LabelSet) -> StateDict {
    guard labels != self.labels, let last = network.classifierName else { return parameters }
    return StateDict(parameters.tensors.filter { !$0.key.hasPrefix(last + ".") })
  }
}
