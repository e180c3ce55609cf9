import ArgumentParser
import Dataset
import Foundation
import ModelStore
import Retraining
import Training

/// `atelier models compare`: which of two versions is right more often.
struct ModelComparisonCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two versions by McNemar's test on pictures that were held out.",
    discussion: """
      The pictures are those that training holds out of a data set; without --dataset, the standard \
      validation split.

        atelier models compare fashion-lite-20261126 spring
        atelier models compare fashion-lite-20261126 spring --dataset pictures.zip --json
      """)

  @Argument(help: "A version.")
  var first: String

  @Argument(help: "Another version, with the same classes.")
  var second: String

  @Option(help: "A data set: a folder, an archive or a CSV file.", completion: .file())
  var dataset = FashionMNIST.standardDirectory.path

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var options: ModelsCommand.StoreOption

  func run() async throws {
    let store = Locations.modelStore(directory: options.store)
    let versions = (try store.version(named: first), try store.version(named: second))
    guard versions.0.manifest.labels == versions.1.manifest.labels else {
      throw ValidationError(
        "\(first) and \(second) have different classes; nothing says which is better.")
    }
    let data = try TrainingSource.read(dataset, mix: TrainingData.Mix.none)
    let comparison: (name: String, images: LabelledImages)
    if let heldOut = data.heldOut {
      guard data.labels == versions.0.manifest.labels else {
        throw ValidationError("The data set has other classes than the versions.")
      }
      comparison = (Manifest.heldOutSplit, heldOut)
    } else {
      comparison = ("validation", data.split.validation)
    }
    let comparisons = try VersionJudge(store: store)
      .comparisons(versions.0, versions.1, on: [comparison])
    if json {
      try Output.json(comparisons)
    } else {
      print(VerdictReport.text(comparisons, first: first, second: second))
    }
  }
}
