import ArgumentParser
import Classification
import Foundation
import Imaging
import Pipeline

/// `atelier classify`: says which garment each picture shows.
struct ClassifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Say which garment each picture shows.",
    discussion: """
      One line a picture. A picture that cannot be read gets a complaint, the others are still \
      classified, and the exit status is 1. Archives (ZIP, RAR, 7z, tar, also compressed) are read entry \
      by entry.

        atelier classify boot.png
        atelier classify photos/ --engine torchscript --top 1
        atelier classify season.zip --json > season.jsonl
        curl -s https://example.org/shirt.jpg | atelier classify - --json
      """)

  @Argument(
    help: "Pictures, archives, or directories of them; - is standard input.", completion: .file())
  var paths: [String]

  @Option(help: "The engine.")
  var engine = ModelLoader.engine(preferring: .onnx)

  @Option(help: "How many classes to name.")
  var top = 3

  @Option(help: "How pictures become 28x28 grey levels: auto, photo or classic.")
  var preprocess = Preprocessing.auto

  @Flag(help: "Print JSON Lines.")
  var json = false

  @OptionGroup var model: ModelOptions

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top must be at least 1.") }
  }

  func run() async throws {
    let classifier = try model.classifier(for: engine)
    var pictures = PictureSequence(PictureFile.expand(paths))
    var failed = 0
    let classification = BulkClassification(
      classifier, preprocessing: preprocess, tasks: ProcessInfo.processInfo.activeProcessorCount)
    let (topCount, preprocessing, isJSON) = (top, preprocess, json)
    try await classification.run {
      pictures.next()
    } describe: { answers in
      var report = ClassificationReport(isJSON: isJSON)
      for answer in answers {
        switch answer.result {
        case .success(let (prediction, time)):
          report.add(
            ClassifiedFile(
              path: answer.name, prediction: prediction, topCount: topCount,
              classifier: classifier, preprocessing: preprocessing, inferenceTime: time))
        case .failure(let error): report.add(error, path: answer.name)
        }
      }
      return report
    } emit: { report in
      try report.write()
      failed += report.failures
    }
    if failed > 0 { throw ExitCode.failure }
  }
}
