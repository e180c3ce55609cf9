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
      discussion: "  atelier dataset inspect --json")

    @Argument(help: "The folder; by default the standard data set.", completion: .directory)
    var dataset = FashionMNIST.standardDirectory.path

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
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
  }

  struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Convert between IDX files and folders of pictures.",
      discussion: """
        A folder with IDX files becomes SPLIT/CLASS/NUMBER.png for the splits training and test; \
        such folders, with pictures of any size and format, become IDX files. A slash in a class \
        name is written as an underscore.

          atelier dataset convert data pictures
          atelier dataset convert pictures data
        """)

    @Argument(help: "The folder to read.", completion: .directory)
    var source: String

    @Argument(help: "The folder to write.", completion: .directory)
    var destination: String

    func run() async throws {
      let source = URL(filePath: source, directoryHint: .isDirectory)
      let destination = URL(filePath: destination, directoryHint: .isDirectory)
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
  }
}
