import ArgumentParser
import Files
import Foundation
import ModelImport
import ModelStore
import Networks

/// `atelier models import`: a version of a file that somebody else wrote.
struct ModelImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a version of a .pth or .onnx file.",
    discussion: """
      A .pth file has to be a PyTorch state dict of one of the architectures; nothing in it is run. An \
      .onnx file of one of them gets all forms too; any other stays as it is, and only ONNX Runtime runs \
      it, when its input is N x 1 x 28 x 28 and its output N x 10 floats. The forms have to agree on \
      their logits, and no weight may be NaN. The version is served once it is promoted.

        atelier models import fashion_model.pth
        atelier models import resnet.onnx --name spring --json
        atelier models import student.pth --recipe student.json

      A recipe is a JSON object of how the weights were made, for the model card: "training", with \
      "program" and "settings", and "dataset". Recipes/distillation writes one beside each network.
      """)

  @Argument(help: "The file.", completion: .file(extensions: ["pth", "pt", "onnx"]))
  var file: String

  @Option(help: "The version's name; by default that of the file.")
  var name: String?

  @Option(help: "A JSON file that says how the weights were made.", completion: .file())
  var recipe: String?

  @Flag(help: "Print the manifest as JSON.")
  var json = false

  @OptionGroup var options: ModelsCommand.StoreOption

  func run() async throws {
    guard
      let name = name ?? ModelImport.name(ofFile: URL(filePath: file).lastPathComponent)
    else { throw ValidationError("The file has no name that a version could have; give --name.") }
    let store = Locations.modelStore(directory: options.store)
    let version = try ModelImport(into: store).version(
      of: file, named: name, recipe: recipe.map(Self.read))
    if json {
      try Output.json(version.manifest)
    } else {
      let architecture = version.manifest.architecture?.rawValue ?? "a graph of another design"
      print("\(version.name)  \(architecture), \(version.manifest.parameters) parameters")
    }
  }

  private static func read(_ path: String) throws -> Recipe {
    let bytes = try FileContents.read(from: path, limit: 1 << 20)
    do {
      return try JSONDocument.decode(Recipe.self, from: Data(bytes))
    } catch {
      throw ValidationError(
        "\(path) is no recipe: \(JSONDocument.reason(of: error)). A recipe is a JSON object with "
          + "\"training\" and, if it is known, \"dataset\": its name, sha256, trainingCount and "
          + "validationCount.")
    }
  }
}
