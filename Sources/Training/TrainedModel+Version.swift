import Classification
public import Dataset
public import Foundation
public import ModelStore
import Networks
import TorchEngines

extension TrainedModel {
  /// Calibrates the model on the validation split, scores the validation and the test split, and
  /// writes a model version in every form.
  ///
  /// - Parameters:
  ///   - dataset: What the run's split was made from; its test pictures are used here for the first
  ///     time.
  ///   - split: What the run learned from and chose by.
  ///   - directory: The folder of the version.
  /// - Throws: `InferenceError`, ``ExportError``, or what the settings' encoding throws.
  public func writeVersion(
    of dataset: FashionMNIST, split: Split, to directory: URL
  ) throws -> ModelVersion {
    let labels = LabelSet.fashionMNIST
    let engine = try EagerEngine(
      network: settings.architecture.network(classCount: labels.count), stateDict: parameters,
      threads: settings.threads)
    let fitted = try ModelCalibration(engine: engine, split: split)
    let test = try fitted.evaluation(of: engine, on: dataset.test)
    let manifest = Manifest(
      architecture: settings.architecture, labels: labels, created: Date(),
      training: .object(["settings": try json(settings), "epochs": try json(history)]),
      dataset: .init(
        name: "Fashion-MNIST", trainingCount: split.training.count,
        validationCount: split.validation.count, sha256: dataset.training.sha256),
      metrics: ["validation": .init(fitted.validation), "test": .init(test)],
      calibration: fitted.calibration)
    return try ModelExporter.writeVersion(
      manifest: manifest, stateDict: parameters, detector: fitted.detector, to: directory)
  }

  private func json(_ value: some Encodable) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }
}
