import ArgumentParser
import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import Retraining
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

      A data set of your own (see atelier dataset inspect) is mixed with the standard one when its \
      classes are among its, and else trained on alone. A share of it is held out; training starts \
      from the version that is served, and the new version takes its place if it is not worse on what \
      was held out.

        atelier train --dataset pictures.zip --epochs 3
        atelier train --dataset shoes --mix none --from scratch --promote never
        atelier train --labels --epochs 3
      """)

  @Option(help: "The data set: a folder, an archive or a CSV file.", completion: .file())
  var dataset = FashionMNIST.standardDirectory.path

  @Flag(help: "Learn from the stored predictions that somebody labelled, instead of --dataset.")
  var labels = false

  @Option(help: "Whether the standard data set is learned from too: standard or none.")
  var mix: TrainingData.Mix?

  @Option(
    help: """
      The parameters to start from: current, scratch, or a version. (default: scratch; current for a \
      data set of your own)
      """)
  var from: TrainingOrigin?

  @Option(
    help: """
      Whether the version is served: if-better, when McNemar's test does not find it worse; never; \
      always. (default: never; if-better for a data set of your own)
      """)
  var promote: PromotionRule?

  @Flag(help: "Fail when a picture has different labels.")
  var strict = false

  @Option(
    help: "The folder to write; by default a new one of today's date in the model store.",
    completion: .directory)
  var output: String?

  @Flag(help: "Go on with the unfinished run of the output folder, with its settings.")
  var resume = false

  @Flag(help: "Print the manifest as JSON at the end.")
  var json = false

  @OptionGroup(title: "Settings")
  var options: TrainingOptions

  func validate() throws {
    guard !labels || dataset == FashionMNIST.standardDirectory.path else {
      throw ValidationError("Learn from --labels or from a --dataset, not both.")
    }
    guard !resume || output != nil else {
      throw ValidationError("--resume needs the --output folder of the run.")
    }
    if let output, promote ?? .never != .never {
      guard Locations.modelStore().owns(URL(filePath: output, directoryHint: .isDirectory)) else {
        throw ValidationError(
          "\(output) is not in the model store, from which versions are served; leave out --output or "
            + "--promote.")
      }
    }
    guard !resume || options.areDefaults else {
      throw ValidationError("A resumed run keeps its settings; leave the others out.")
    }
  }

  func run() async throws {
    try TrainingRun.checkLibrary()
    let store = Locations.modelStore()
    let isOwn = labels || !TrainingSource.isStandard(dataset)
    let directory = outputDirectory(isOwn: isOwn)
    let start = try start(in: store, isOwn: isOwn, directory: directory)
    let data =
      labels
      ? try await TrainingSource.readLabels(mix: mix, strict: strict)
      : try TrainingSource.read(dataset, mix: mix, strict: strict)
    let settings =
      try resume
      ? TrainingRun.settings(ofRunIn: directory)
      : settings(startingFrom: start, labels: data.labels)
    guard resume || !ModelVersion.exists(in: directory) else {
      throw TrainingError.directoryInUse(directory: directory.path)
    }
    if isOwn { note(data) }
    let resume = resume
    let training = Task.detached {
      var run = try TrainingRun(
        settings: settings, split: data.split, labels: data.labels, start: start,
        directory: directory, resume: resume)
      return try run.run(report: TrainingDisplay().show)
    }
    let model = try await Interruption.cancelling(training, note: "stopping after this step") {
      "stopped; go on with: atelier train --resume --output \(directory.path)"
    }
    let version = try model.writeVersion(of: data, to: directory)
    TrainingRun.removeCheckpoint(of: directory)
    if json {
      try Output.json(version.manifest)
    } else {
      print(MetricsReport(version.manifest).text)
      print("wrote the model version \(version.name) to \(directory.path)")
    }
    try decide(on: version, data: data, store: store, rule: promote ?? (isOwn ? .ifBetter : .never))
  }

  private func start(
    in store: ModelStore, isOwn: Bool, directory: URL
  ) throws -> StartingPoint? {
    if resume {
      return try TrainingRun.base(ofRunIn: directory).map {
        try StartingPoint(store.version(named: $0))
      }
    }
    switch from ?? (isOwn ? .current : .scratch) {
    case .scratch: return nil
    case .current: return try StartingPoint(store.current())
    case .version(let name): return try StartingPoint(store.version(named: name))
    }
  }

  private func settings(
    startingFrom start: StartingPoint?, labels: LabelSet
  ) throws -> TrainingSettings {
    guard let start else { return options.settings }
    if let chosen = options.chosenArchitecture, chosen != start.architecture {
      throw TrainingError.startUnusable(
        version: start.version, reason: "it is a \(start.architecture.rawValue)")
    }
    return options.settings(changing: .continuedRecipe(from: start, labels: labels))
  }

  private func note(_ data: TrainingData) {
    guard let inspection = data.inspection else { return }
    let left =
      inspection.pictures - inspection.classes.map(\.usable).reduce(0, +)
      + inspection.unreadable.count
    Output.note(
      "\(data.description.name): learning from \(data.split.training.count) pictures, validating with "
        + "\(data.split.validation.count), judging by \(data.heldOut?.count ?? 0); \(left) left out, "
        + "which atelier dataset inspect lists")
  }

  /// Promotes the version when the rule says so. The versions' folders are compared, so a version of
  /// another store is never promoted.
  private func decide(
    on version: ModelVersion, data: TrainingData, store: ModelStore, rule: PromotionRule
  ) throws {
    let served = try? store.current()
    if rule != .never {
      let verdict = try VersionJudge(store: store).verdict(on: version, against: served, data: data)
      Output.note(
        VerdictReport.text(
          verdict.comparisons, first: verdict.served ?? "", second: version.name))
      Output.note("\(version.name): \(verdict.explanation)")
      guard store.owns(version.directory) else {
        Output.note("it is not served, since \(version.directory.path) is not in the model store")
        return
      }
      guard verdict.allowsPromotion || rule == .always else {
        Output.note("promote it by hand with: atelier models promote \(version.name)")
        return
      }
      try store.promote(version.name)
      Output.note("\(version.name) is the version that is served")
    }
  }

  private func outputDirectory(isOwn: Bool) -> URL {
    if let output { return URL(filePath: output, directoryHint: .isDirectory) }
    let day = Date().formatted(.iso8601.year().month().day().dateSeparator(.omitted))
    let name = "\(isOwn ? "retrained" : options.architecture.rawValue)-\(day)"
    // The second version of a day is NAME-2. A run that is not finished keeps its folder, to be resumed.
    var (folder, number) = (folder(named: name), 1)
    while ModelVersion.exists(in: folder) {
      number += 1
      folder = self.folder(named: "\(name)-\(number)")
    }
    return folder
  }

  private func folder(named name: String) -> URL {
    Locations.home.appending(path: "models/\(name)", directoryHint: .isDirectory)
  }
}
