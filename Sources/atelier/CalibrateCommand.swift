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
        atelier calibrate --store models --model fashion-cnn-20261124
      """)

  @Option(help: "The folder of IDX files.", completion: .directory)
  var dataset = FashionMNIST.standardDirectory.path

  @Flag(help: "Print the manifest as JSON.")
  var json = false

  @OptionGroup var model: ModelOptions

  func run() async throws {
    let version = try model.modelVersion()
    let dataset = try FashionMNIST(directory: URL(filePath: dataset, directoryHint: .isDirectory))
    let engine = try ModelLoader(threads: model.threads).engine(.pytorch, of: version)
    let fitted = try ModelCalibration(engine: engine, split: Split(dataset.training))
    let calibrated = try ModelExporter.recalibrate(
      version, with: fitted, test: fitted.evaluation(of: engine, on: dataset.test))
    if json {
      try Output.json(calibrated.manifest)
    } else {
      print(MetricsReport(calibrated.manifest).text)
    }
  }
}
