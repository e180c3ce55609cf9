import ArgumentParser
import Classification
import Foundation
import ModelStore
import Networks
import StateDictFiles
import Training

/// `atelier export`: writes a checkpoint in the forms that engines run.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a checkpoint in the forms that engines run.",
    discussion: """
      The checkpoint is a PyTorch state dict (.pth), ours or one that Python saved. Only what a state \
      dict needs is read from it: a file that asks for anything else, such as running code, is \
      refused. The folder becomes a model version: what atelier classify --store reads when it lies in \
      a store.

        atelier export fashion_model.pth --output models/imported
        atelier export model.pth --output forms --format onnx,torchscript
      """)

  @Argument(help: "The state dict.", completion: .file(extensions: ["pth", "pt"]))
  var checkpoint: String

  @Option(help: "The folder to write to.", completion: .directory)
  var output: String

  @Option(
    help: """
      The forms, separated by commas: torchscript, onnx, quantized, native; the state dict is always \
      written.
      """
  )
  var format = "torchscript,onnx,quantized,native"

  @Option(
    help: "A file with the names of the classes, one a line; by default those of Fashion-MNIST.",
    completion: .file())
  var labels: String?

  @Option(help: "The architecture the weights belong to.")
  var architecture = Architecture.fashionCNN

  @Flag(help: "Print the manifest as JSON.")
  var json = false

  func validate() throws {
    _ = try forms()
  }

  func run() async throws {
    let manifest = try Manifest(architecture: architecture, labels: labelSet(), created: Date())
    let version = try ModelExporter.writeVersion(
      manifest: manifest, stateDict: StateDictFile.read(contentsOf: checkpoint), forms: forms(),
      to: URL(filePath: output, directoryHint: .isDirectory))
    if json {
      try Output.json(version.manifest)
    } else {
      for (name, file) in version.manifest.files.sorted(by: { $0.key < $1.key }) {
        print("\(version.directory.path)/\(name)  \(file.bytes) bytes")
      }
    }
  }

  private func labelSet() throws -> LabelSet {
    guard let labels else { return .fashionMNIST }
    let names = try String(contentsOfFile: labels, encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard (2...LabelSet.countLimit).contains(names.count), Set(names).count == names.count else {
      throw ValidationError(
        "\(labels) must name 2 to \(LabelSet.countLimit) different classes, one a line.")
    }
    return LabelSet(names)
  }

  private func forms() throws -> [ModelForm] {
    let names = format.split(separator: ",").map(String.init)
    let chosen = try names.map { name in
      guard let form = ModelForm(rawValue: name), ModelExporter.forms.contains(form) else {
        throw ValidationError(
          "There is no format \"\(name)\"; there are torchscript, onnx, quantized and native.")
      }
      return form
    }
    return [.stateDict] + chosen.filter { $0 != .stateDict }
  }
}
