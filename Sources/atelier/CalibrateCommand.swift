import ArgumentParser
import Classification
import Dataset
import Foundation
import ModelStore
import Pipeline
import Training

/// `atelier calibrate`: fits what turns a version's logits into confidences, again.
struct CalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit a version's confidences, its \"not sure\" and its garment detector.",
    discussion: """
      Training does this at its end; a version that was exported from a foreign checkpoint has not been \
      calibrated yet. The temperature and the threshold are fitted to the validation split, the detector \
      to the training split; the network stays as it is.

        atelier calibrate --model imported
        atelier calibrate --store models --model fashion-lite-20261126
      """)

  @Option(help: "The standard data set, or one of your own.", completion: .file())
  var dataset = FashionMNIST.standardDirectory.path

  @Flag(help: "Print the manifest as JSON.")
  var json = false

  @OptionGroup var model: ModelOptions

  func run() async throws {
    let version = try model.modelVersion()
    let data = try TrainingSource.read(dataset)
    guard data.labels == version.manifest.labels else {
      throw ValidationError("The data set has other classes than the model version.")
    }
    let engine = try ModelLoader(threads: model.threads)
      .engine(ModelLoader.engine(preferring: .pytorch), of: version)
    let fitted = try ModelCalibration(engine: engine, split: data.split)
    let calibrated = try ModelExporter.recalibrate(
      version, with: fitted, evaluations: fitted.evaluations(of: engine, on: data))
    if json {
      try Output.json(calibrated.manifest)
    } else {
      print(MetricsReport(calibrated.manifest).text)
    }
  }
}
