import ArgumentParser
import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import Training

/// `atelier train`: trains a network and writes a model version.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network and write a model version.",
    discussion: """
      A checkpoint is written after each epoch; after Ctrl-C or a crash, --resume goes on from the \
      last one, and ends with the same weights, bit for bit, as a run that was never stopped. The test \
      set is scored once, at the end.

        atelier train
        atelier train --epochs 5 --seed 7 --output models/quick
        atelier train --output models/quick --resume
      """)

  @Option(help: "The folder of IDX files to learn from.", completion: .directory)
  var dataset = FashionMNIST.standardDirectory.path

  @Option(
    help: "The folder to write; by default one of today's date in the model store.",
    completion: .directory)
  var output: String?

  @Flag(help: "Go on with the unfinished run of the output folder, with its settings.")
  var resume = false

  @Flag(help: "Print the manifest as JSON at the end.")
  var json = false

  @OptionGroup(title: "Settings")
  var options: TrainingOptions

  func validate() throws {
    guard !resume || output != nil else {
      throw ValidationError("--resume needs the --output folder of the run.")
    }
    guard !resume || options.areDefaults else {
      throw ValidationError("A resumed run keeps its settings; leave the others out.")
    }
  }

  func run() async throws {
    let directory = outputDirectory()
    let settings = try resume ? TrainingRun.settings(ofRunIn: directory) : options.settings
    guard resume || !ModelVersion.exists(in: directory) else {
      throw TrainingError.directoryInUse(directory: directory.path)
    }
    let dataset = try FashionMNIST(directory: URL(filePath: dataset, directoryHint: .isDirectory))
    let split = try Split(dataset.training)
    let resume = resume
    let training = Task.detached {
      var run = try TrainingRun(
        settings: settings, split: split, directory: directory, resume: resume)
      return try run.run(report: TrainingDisplay().show)
    }
    let model = try await Interruption.cancelling(training, note: "stopping after this step") {
      "stopped; go on with: atelier train --resume --output \(directory.path)"
    }
    let version = try model.writeVersion(of: dataset, split: split, to: directory)
    TrainingRun.removeCheckpoint(of: directory)
    if json {
      try Output.json(version.manifest)
    } else {
      print(MetricsReport(version.manifest).text)
      print("wrote the model version \(version.name) to \(directory.path)")
    }
  }

  private func outputDirectory() -> URL {
    if let output { return URL(filePath: output, directoryHint: .isDirectory) }
    let day = Date().formatted(.iso8601.year().month().day().dateSeparator(.omitted))
    return Locations.home.appending(
      path: "models/\(options.architecture.rawValue)-\(day)", directoryHint: .isDirectory)
  }
}
