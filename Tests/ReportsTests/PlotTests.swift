import Classification
import Foundation
import ModelStore
import Testing
import Training

@testable import Reports

@Suite struct PlotTests {
  private static let confusion = [[7, 2, 1], [0, 1_234, 0], [3, 0, 0]]
  private static let labels = LabelSet(["Hat", "Glove", "Scarf"])

  @Test func theConfusionMatrixHasEveryCountAndItsShare() throws {
    let svg = ConfusionMatrixPlot(
      confusion: Self.confusion, labels: Self.labels, subject: "v1, test split"
    ).svg
    let picture = try #require(SVGReader(svg))
    let texts = try #require(picture.contents["text"])
    for text in [
      "Confusion matrix: v1, test split", "1,247 pictures, 99.52 % answered rightly",
      "7", "70.0 %", "2", "20.0 %", "1", "10.0 %", "1,234", "100.0 %", "3", "0",
    ] {
      #expect(texts.contains(text), "\(text)")
    }
    // Precisions: 7 of 10, 1234 of 1236, 0 of 1.
    #expect(texts.suffix(6).starts(with: ["precision", "70.0 %", "99.8 %", "0.0 %"]))
    let titles = try #require(picture.contents["title"])
    #expect(titles.count == 1 + 9)
    #expect(titles.contains("Hat taken for Scarf: 1 of 10, 10.0 %"))
    #expect(titles.contains("Scarf taken for Hat: 3 of 3, 100.0 %"))
    let description = try #require(picture.contents["desc"]?.first)
    #expect(description.contains("Hat 70.0 %, Glove 100.0 %, Scarf 0.0 %"))
  }

  @Test func theReliabilityDiagramHasTheNumbersOfTheEvaluation() throws {
    let evaluation = Self.evaluation
    let svg = ReliabilityDiagram(bins: evaluation.reliability, subject: "v1").svg
    let picture = try #require(SVGReader(svg))
    let texts = try #require(picture.contents["text"])
    // Confidences of 0.9820 (three, two right) and 0.7311 (one, wrong): (3 x 0.3153 + 0.7311) / 4.
    #expect(texts.contains("4 pictures, expected calibration error 41.93 %"))
    let rows = texts.suffix(3 * (Evaluation.binCount + 1))
    #expect(rows.filter { $0 == "3" }.count == 1)
    #expect(rows.filter { $0 == "1" }.count == 1)
    for text in ["98.2", "66.7", "73.1", "0.0"] { #expect(rows.contains(text), "\(text)") }
    #expect(rows.filter { $0 == "–" }.count == 3 * (Evaluation.binCount - 2))
    let titles = try #require(picture.contents["title"])
    #expect(
      titles.dropFirst() == [
        "Confidence 66.7 % to 73.3 %: 1 picture, mean confidence 73.11 %, accuracy 0.00 %.",
        "Confidence 93.3 % to 100.0 %: 3 pictures, mean confidence 98.20 %, accuracy 66.67 %.",
      ])
  }

  @Test(arguments: [
    [], [[0]], [[0, 0], [0, 0]], [[0, 5], [0, 0]],
  ])
  func picturesOfAlmostNothingAreWellFormed(confusion: [[Int]]) {
    let labels = LabelSet(confusion.indices.map { "c\($0)" })
    let svg = ConfusionMatrixPlot(confusion: confusion, labels: labels, subject: "").svg
    #expect(SVGReader(svg) != nil)
    let bins = confusion.joined().map { ReliabilityBin(count: $0, confidence: 0, accuracy: 0) }
    #expect(SVGReader(ReliabilityDiagram(bins: bins, subject: "").svg) != nil)
  }

  @Test(arguments: ["<script>alert(1)</script>", "a & b", "]]>\"'", "\u{1}\u{FFFF}\n", "裙子 👗"])
  func namesAreTextWhateverIsInThem(name: String) throws {
    let svg = ConfusionMatrixPlot(
      confusion: [[1, 2], [3, 4]], labels: LabelSet([name, "other"]), subject: name
    ).svg
    let picture = try #require(SVGReader(svg))
    #expect(!picture.names.contains("script"))
    let shown = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map {
          $0 == "\n" ? " " : $0 == "\u{1}" || $0 == "\u{FFFF}" ? "\u{FFFD}" : $0
        }))
    #expect(picture.contents["title"]?.first == "Confusion matrix: \(shown)")
    #expect(picture.contents["title"]?.contains("\(shown) taken for other: 2 of 3, 66.7 %") == true)
  }

  @Test func picturesCanBeReadAloudAndScaled() throws {
    for svg in [
      ConfusionMatrixPlot(confusion: Self.confusion, labels: Self.labels, subject: "v").svg,
      ReliabilityDiagram(bins: Self.evaluation.reliability, subject: "v").svg,
    ] {
      let picture = try #require(SVGReader(svg))
      #expect(picture.root["role"] == "img")
      let name = try #require(picture.root["aria-labelledby"]?.split(separator: "-").first)
      #expect(svg.contains("<title id=\"\(name)-title\">"))
      #expect(svg.contains("<desc id=\"\(name)-description\">"))
      let width = try #require(picture.root["width"])
      let height = try #require(picture.root["height"])
      #expect(picture.root["viewBox"] == "0 0 \(width) \(height)")
      #expect(svg.contains("prefers-color-scheme: dark"))
      // Nothing but the name space has an address: there is nothing to fetch.
      #expect(svg.components(separatedBy: "http").count == 2)
    }
  }

  /// Four answers: two bins of confidence, two of four right.
  static var evaluation: Evaluation {
    Evaluation(
      logits: [Logits([4, 0]), Logits([0, 4]), Logits([4, 0]), Logits([1, 0])],
      labels: [0, 1, 1, 1], classCount: 2)
  }
}
