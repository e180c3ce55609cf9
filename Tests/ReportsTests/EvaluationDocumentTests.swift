import Classification
import Foundation
import Testing
import Training

@testable import Reports

@Suite struct EvaluationDocumentTests {
  @Test func theDocumentHasTheNumbersOfTheEvaluation() throws {
    let files = Self.document.files
    #expect(files.map(\.path) == ["report.md", "confusion.svg", "reliability.svg"])
    let report = files[0].content.squeezed
    for text in [
      "# Evaluation of v\\_1", "The engine ONNX on 4 pictures of the test split",
      // Losses: ln(1 + exp(-4)) twice, 4 more once, and ln(1 + e).
      "| test | 4 | 50.00 % | 41.93 % | 1.3419 | 75.00 % | 66.67 % |", "reaches 75.00 %",
      "| 0.125 | 0.250 | 0.500 | 0.200 |",
      "| left | 1 | 33.33 % | 100.00 % | 50.00 % |", "| right | 3 | 100.00 % | 33.33 % | 50.00 % |",
      "2 mistakes; the most frequent: right taken for left (2).",
      "| 93.3 % to 100.0 % | 3 | 98.20 % | 66.67 % |",
      "| 66.7 % to 73.3 % | 1 | 73.11 % | 0.00 % |",
      "![Confusion matrix](confusion.svg)", "![Reliability diagram](reliability.svg)",
    ] {
      #expect(report.contains(text), "\(text)")
    }
    for file in files.dropFirst() {
      let picture = try #require(SVGReader(file.content))
      #expect(picture.contents["title"]?.first?.hasSuffix(": v_1 (ONNX), test split") == true)
    }
  }

  @Test func filesAreWrittenIntoFoldersThatAreMade() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let files = [
      ReportFile(path: "a.md", content: "old"), ReportFile(path: "a.md", content: "new"),
      ReportFile(path: "b/c.svg", content: "é"),
    ]
    try files.write(to: directory)
    #expect(try String(contentsOf: directory.appending(path: "a.md"), encoding: .utf8) == "new")
    #expect(try String(contentsOf: directory.appending(path: "b/c.svg"), encoding: .utf8) == "é")
    // A file stands where a folder would have to be made.
    let error = #expect(throws: ReportError.self) {
      try [ReportFile(path: "a.md/d", content: "")].write(to: directory)
    }
    #expect(error?.description.contains("a.md/d") == true)
  }

  static var document: EvaluationDocument {
    let calibration = Calibration(uncertaintyThreshold: 0.75)
    return EvaluationDocument(
      Evaluation(
        logits: [Logits([4, 0]), Logits([0, 4]), Logits([4, 0]), Logits([1, 0])],
        labels: [0, 1, 1, 1], calibration: calibration, classCount: 2),
      model: "v_1", engine: .onnx, split: "test", labels: LabelSet(["left", "right"]),
      calibration: calibration,
      latency: .init(median: 0.125, p95: 0.25, p99: 0.5, mean: 0.2))
  }
}
