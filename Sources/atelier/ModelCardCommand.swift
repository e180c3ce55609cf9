import ArgumentParser
import Foundation
import ModelStore
import Reports

/// `atelier models card`: a document of model versions, from their manifests.
struct ModelCardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card",
    abstract: "Write a model card: what versions are, how they were made, how good they are.",
    discussion: """
      The card is written from the manifests alone, so the same versions make the same bytes. Its \
      pictures lie beside it, in a folder of its name.

        atelier models card
        atelier models card fashion-lite-20261126 --output lite.md
      """)

  @Argument(help: "The versions; by default all, the best accuracy on validation first.")
  var versions: [String] = []

  @Option(
    help: "The Markdown file to write.", completion: .file(extensions: ["md"]))
  var output = "docs/model-card.md"

  @OptionGroup var options: ModelsCommand.StoreOption

  func validate() throws {
    let file = URL(filePath: output)
    guard file.pathExtension == "md", !file.deletingPathExtension().lastPathComponent.isEmpty else {
      throw ValidationError("--output must be the name of a Markdown file, such as card.md.")
    }
  }

  func run() async throws {
    let store = Locations.modelStore(directory: options.store)
    let chosen =
      versions.isEmpty
      ? try ModelCard.ranked(store.versions())
      : try versions.map { try store.version(named: $0) }
    guard !chosen.isEmpty else { throw ModelStoreError.empty(path: store.directory.path) }
    let file = URL(filePath: output)
    let card = ModelCard(
      chosen, served: try? store.current().name,
      name: file.deletingPathExtension().lastPathComponent)
    try card.files.write(to: file.deletingLastPathComponent())
    Output.note("wrote the card of \(chosen.map(\.name).joined(separator: ", ")) to \(output)")
  }
}
