import Classification
import Dataset
public import Foundation
public import ModelStore
import Networks
import TorchEngines

extension TrainedModel {
  /// Calibrates the model on the validation split, scores it, and writes a model version in every form.
  ///
  /// - Parameters:
  ///   - data: What the run learned from; its test pictures and those that were held out are used here
  ///     for the first time.
  ///   - directory: The folder of the version.
  /// - Throws: `InferenceError`, ``ExportError``, or what the settings' encoding throws.
  public func writeVersion(of data: TrainingData, to directory: URL) throws -> ModelVersion {
    let engine = try EagerEngine(
      network: settings.architecture.network(classCount: data.labels.count),
      stateDict: parameters, threads: settings.threads)
    let fitted = try ModelCalibration(engine: engine, split: data.split)
    var metrics: [String: Manifest.Metrics] = ["validation": .init(fitted.validation)]
    for (split, evaluation) in try fitted.evaluations(of: engine, on: data) {
      metrics[split] = .init(evaluation)
    }
    var training = ["settings": try json(settings), "epochs": try json(history)]
    if let base { training["base"] = .string(base) }
    let manifest = Manifest(
      architecture: settings.architecture, labels: data.labels, created: Date(),
      training: .object(training), dataset: data.description, metrics: metrics,
      calibration: fitted.calibration)
    return try ModelExporter.writeVersion(
      manifest: manifest, stateDict: parameters, detector: fitted.detector, to: directory)
  }

  private func json(_ value: some Encodable) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }
}
