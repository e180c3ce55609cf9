import ArgumentParser
import Foundation
import ModelStore
import Networks

/// `atelier models`: the model store.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, show, describe and promote model versions.",
    discussion: """
        atelier models list
        atelier models promote fashion-cnn-20261124
        atelier models card --output model-card.md
      """,
    subcommands: [List.self, Show.self, ModelCardCommand.self, Promote.self],
    defaultSubcommand: List.self)

  struct StoreOption: ParsableArguments {
    @Option(
      help: "The folder of model versions; by default ATELIER_HOME/models and those shipped.",
      completion: .directory)
    var store: String?
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the versions; the one served has a star.",
      discussion: "  atelier models list")

    @OptionGroup var options: StoreOption

    func run() async throws {
      let store = Locations.modelStore(directory: options.store)
      let current = try? store.current()
      var table = TextTable(header: ["version", "architecture", "parameters", "test accuracy"])
      for version in try store.versions() {
        let manifest = version.manifest
        table.append([
          version.name + (version.name == current?.name ? " *" : ""),
          manifest.architecture.rawValue, String(manifest.parameters),
          manifest.metrics["test"]?.accuracy.percent ?? "not measured",
        ])
      }
      print(table.description)
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the manifest of a version.",
      discussion: "  atelier models show fashion-cnn-20261124")

    @Argument(help: "The version; by default the one served.")
    var version: String?

    @OptionGroup var options: StoreOption

    func run() async throws {
      let store = Locations.modelStore(directory: options.store)
      let shown = try version.map { try store.version(named: $0) } ?? store.current()
      try Output.json(shown.manifest)
    }
  }

  struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a version the one that is served from the next start on.",
      discussion: "  atelier models promote fashion-cnn-20261124")

    @Argument(help: "The version.")
    var version: String

    @OptionGroup var options: StoreOption

    func run() async throws {
      try Locations.modelStore(directory: options.store).promote(version)
      Output.note("\(version) is the version that is served from the next start on")
    }
  }
}
