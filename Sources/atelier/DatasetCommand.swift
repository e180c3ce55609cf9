import ArgumentParser
import Classification
import Dataset
import Foundation

/// `atelier dataset`: the standard data set and users' own.
struct DatasetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Fetch, inspect and convert data sets.",
    discussion: """
        atelier dataset inspect
        atelier dataset fetch --output data
        atelier dataset convert data pictures
      """,
    subcommands: [Fetch.self, Inspect.self, Convert.self])

  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy the standard data set, checked, into a folder.",
      discussion: """
        The pictures come from Debian's package dataset-fashion-mnist, which scripts/setup installs; \
        nothing is downloaded.

          atelier dataset fetch --output data
        """)

    @Option(help: "The folder to write to.", completion: .directory)
    var output: String

    func run() async throws {
      let dataset = try FashionMNIST()
      let directory = URL(filePath: output, directoryHint: .isDirectory)
      try dataset.write(to: directory)
      Output.note(
        "wrote \(dataset.training.count) training and \(dataset.test.count) test pictures to "
          + directory.path)
    }
  }

  struct Inspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Count classes, duplicates and overlap with the test set.",
      discussion: """
        A data set of your own is a folder or an archive (ZIP, RAR, 7z, tar) with folders named by \
        class, with a CSV file of picture paths and labels, or with IDX files; or a CSV file. It is said \
        what is left out, and how the rest would be divided.

          atelier dataset inspect
          atelier dataset inspect pictures.zip --json
          atelier dataset inspect --labels
        """)

    @Argument(help: "The data set; by default the standard one.", completion: .file())
    var dataset = FashionMNIST.standardDirectory.path

    @Flag(help: "Look at the stored predictions that somebody labelled, instead of a data set.")
    var labels = false

    @Flag(help: "Fail when the same picture has different labels.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      guard !labels || dataset == FashionMNIST.standardDirectory.path else {
        throw ValidationError("Look at --labels or at a data set, not both.")
      }
    }

    func run() async throws {
      if labels { return try inspect(try await TrainingSource.labelledPredictions()) }
      guard TrainingSource.isStandard(dataset) else {
        return try inspect(TrainingSource.userDataset(dataset))
      }
      let dataset = try FashionMNIST(directory: URL(filePath: dataset, directoryHint: .isDirectory))
      let report = DatasetReport(
        training: try DatasetSummary(dataset.training, classCount: FashionClass.allCases.count),
        test: try DatasetSummary(dataset.test, classCount: FashionClass.allCases.count),
        overlap: DatasetSummary.overlap(of: dataset.test, with: dataset.training))
      if json {
        try Output.json(report)
      } else {
        print(report.table)
      }
    }

    private func inspect(_ dataset: UserDataset) throws {
      let curated = try TrainingSource.curated(dataset)
      let report = InspectionReport(curated, strict: strict)
      if json {
        try Output.json(report)
      } else {
        print(report.text)
      }
      if strict, !curated.inspection.contradictions.isEmpty { throw ExitCode.failure }
    }
  }

  struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Convert between IDX files, folders of pictures and other data sets.",
      discussion: """
        A folder with IDX files becomes SPLIT/CLASS/NUMBER.png for the splits training and test; \
        such folders, with pictures of any size and format, become IDX files. A slash in a class \
        name is written as an underscore.

        With --output, any data set that inspect reads becomes a pair of IDX files with labels.txt, the \
        names of its classes; duplicates, contradictions and what cannot be read are left out.

          atelier dataset convert data pictures
          atelier dataset convert pictures data
          atelier dataset convert shoes.zip --output shoes
        """)

    @Argument(help: "The data set to read.", completion: .file())
    var source: String

    @Argument(help: "The folder to write.", completion: .directory)
    var destination: String?

    @Option(help: "The folder to write IDX files of any data set to.", completion: .directory)
    var output: String?

    func validate() throws {
      guard (destination == nil) != (output == nil) else {
        throw ValidationError("Name the folder to write, or --output, not both.")
      }
    }

    func run() async throws {
      guard let target = destination else { return try writeOwn(to: output ?? "") }
      guard FileManager.default.fileExists(atPath: self.source) else {
        throw CommandFailure("there is no file or directory \(self.source)")
      }
      let source = URL(filePath: source, directoryHint: .isDirectory)
      let destination = URL(filePath: target, directoryHint: .isDirectory)
      let labels = LabelSet.fashionMNIST
      if PictureFolders.exist(in: source) {
        let dataset = try PictureFolders(labels: labels).read(from: source)
        try dataset.write(to: destination)
        Output.note(
          "read \(dataset.training.count) training and \(dataset.test.count) test pictures")
      } else {
        let dataset = try FashionMNIST(directory: source)
        try PictureFolders(labels: labels).write(dataset, to: destination)
        Output.note(
          "wrote \(dataset.training.count) training and \(dataset.test.count) test pictures")
      }
    }

    private func writeOwn(to output: String) throws {
      let curated = try TrainingSource.curated(TrainingSource.userDataset(source))
      try curated.write(to: URL(filePath: output, directoryHint: .isDirectory))
      Output.note(
        "wrote \(curated.usable.count) pictures of \(curated.labels.count) classes to \(output)")
    }
  }
}
