import Classification
import Files
import Foundation
import ModelStore
import Networks
import Testing
import Training

@testable import Reports

@Suite struct ModelCardTests {
  @Test func everyNumberOfTheManifestIsInTheCard() throws {
    try Self.withCard(of: ["lite": Self.text(Versions.full())], served: "lite") { files in
      let card = files[0].content
      for row in [
        "| [lite](#lite) (served by default) | fashion-lite | 95.12 % | 94.87 % | 72,778 | 5,733,248 |"
          + " 1,234,567 | 7,654,321 |",
        "| validation | 5,000 | 95.12 % | 0.71 % | 0.1432 | 90.33 % | 98.42 % |",
        "| test | 10,000 | 94.87 % | 0.83 % | 0.1568 | 89.77 % | 98.01 % |",
        "| 1 | 95.12 % | 94.87 % |", "| 2 | 95.32 % | 94.67 % |", "| 3 | 95.22 % | 94.77 % |",
        "| mean | 95.22 % | 94.77 % |", "| standard deviation | 0.10 % | 0.10 % |",
        // 900 of 987 answers and of 900 + 87 pictures: F1 of 2 x 900 / (987 + 900).
        "| T-shirt/top | 900 | 91.19 % | 100.00 % | 95.39 % |",
        "| Shirt | 987 | 100.00 % | 91.19 % | 95.39 % |",
        "| dark-ground | no | 94.01 % | 1.09 | 81.23 % |",
        "| light-ground | yes | 93.02 % | 2.08 | 6.11 % |",
        "| noise | yes | 92.04 % | 3.06 | 5.23 % |",
        "| Native | 1 | 1 | 0.125 | 8,000 | Abacus 9 |",
        "| ONNX | 64 | 2 | 16.000 | 4,000 | Abacus 9 |",
        "| digits | 2,345 | 0.9877 | 87.65 % |", "| landscapes | 3,456 | 0.9988 | 96.54 % |",
        "| `model.onnx` | 7,654,321 | `d4e5f6` |", "| `model.pth` | 1,234,567 | `a1b2c3` |",
        "| Name | Fashion-MNIST |", "| Licence | MIT |", "| Pictures learned from | 55,000 |",
        "| Pictures held out for validation | 5,000 |", "| Pictures to test with | 10,000 |",
        "| SHA-256 of the training set | `16d82e2b` |",
        "| Epochs | 40 |", "| Optimizer | sgd |", "| Weight decay | 0.0002 |",
        "| Largest shift, in pixels | 2 |", "| Mirrored half of the time | yes |",
      ] {
        #expect(card.squeezed.contains(row), "\(row)")
      }
      for sentence in [
        "Made on 2027-01-15T08:00:00Z.",
        "72,778 parameters, 5,733,248 multiply-adds a picture",
        "temperature 1.0625", "reaches 71.88 %",
        "averaged, which no engine and no other number here does: 95.19 %.",
        "130 mistakes; the most frequent: Shirt taken for T-shirt/top (87), Pullover taken for Coat "
          + "(31), Sneaker taken for Ankle boot (12).",
        "118 of them (90.77 %) are among T-shirt/top, Pullover, Coat, Shirt.",
        "1,000 test pictures", "seed 77", "95.10 % of these pictures",
        "Mean over the light grounds: 92.53 % with `photo`, a loss of 2.57 points; 5.67 % with "
          + "`classic`.", "Worst with `photo`: noise, 92.04 %, a loss of 3.06 points.",
        "Test pictures taken for no garments: 1.23 %.",
        "atelier evaluate --model lite --engine pytorch --mirrored",
        "atelier evaluate --model lite --robustness --limit 1000 --seed 77",
        "atelier evaluate --model lite --outliers",
        "atelier benchmark --model lite --iterations 2000 --batch 64",
      ] {
        #expect(card.contains(sentence), "\(sentence)")
      }
      #expect(!card.contains("not measured"))
    }
  }

  @Test func whatAnOldManifestDoesNotHaveIsNotMeasured() throws {
    try Self.withCard(of: ["old": Versions.old]) { files in
      #expect(files.map(\.path) == ["card.md"])
      let card = files[0].content
      #expect(card.squeezed.contains("| test | 10,000 | 93.44 % | 1.13 % | 0.2037 | not"))
      #expect(
        card.squeezed.contains(
          "| [old](#old) | fashion-cnn | not measured | 93.44 % | 206,922 | 1,218,048 | 828,896 |"))
      for sentence in [
        "Other seeds: not measured.", "does: not measured.",
        "Precision, recall, F1 and confusion matrix: not measured.",
        "Accuracy by confidence: not measured.", "Accuracy on photographs: not measured.",
        "Pictures of other things: not measured.",
        "Test pictures taken for no garments: not measured.", "The engines' time: not measured.",
      ] {
        #expect(card.contains(sentence), "\(sentence)")
      }
      #expect(!card.contains("--robustness"))
      #expect(!card.contains("--outliers"))
      #expect(!card.contains("--mirrored"))
      #expect(!card.contains(".svg"))
    }
  }

  @Test func importedWeightsHaveNeitherDataNorRecipe() throws {
    let manifest = Manifest(architecture: .fashionCNN, labels: .fashionMNIST, created: Date())
    try Self.withCard(of: ["imported": Self.text(manifest)]) { files in
      let card = files[0].content
      #expect(card.components(separatedBy: "Not recorded: the weights were imported.").count == 3)
      #expect(!card.contains("atelier train"))
      #expect(card.contains("### Quality\n\nnot measured\n"))
    }
  }

  @Test(arguments: [
    ("folders", "shop pictures.zip", "'shop pictures.zip'", "--dataset 'shop pictures.zip'"),
    ("predictions", "labelled predictions", "--labels", "--labels"),
  ])
  func aUsersDataSetIsDescribed(
    source: String, name: String, inspected: String, trained: String
  ) throws {
    var manifest = try Versions.full()
    var dataset = Manifest.Dataset(
      name: name, trainingCount: 1_400, validationCount: 200, sha256: "5eed")
    dataset.source = source
    dataset.mix = "none"
    dataset.heldOutCount = 400
    dataset.classCounts = [212] + [Int](repeating: 200, count: 9)
    manifest.dataset = dataset
    if case .object(var training)? = manifest.training {
      training["base"] = .string("lite")
      manifest.training = .object(training)
    }
    manifest.metrics[Manifest.heldOutSplit] = .init(
      samples: 400, accuracy: 0.8725, loss: 0.3211, ece: 0.0123)
    try Self.withCard(of: ["own": Self.text(manifest)]) { files in
      let card = files[0].content
      for row in [
        "| Name | \(name) |", "| What pictures show is said by | \(source) |",
        "| Mixed with the standard set | no |", "| Pictures held out to judge by | 400 |",
        "| Usable pictures of T-shirt/top | 212 |",
        "| held-out | 400 | 87.25 % | 1.23 % | 0.3211 | not measured | not measured |",
      ] {
        #expect(card.squeezed.contains(row), "\(row)")
      }
      #expect(!card.contains("| Licence |"))
      #expect(card.contains("nothing was learned from or chosen by the split held-out"))
      #expect(card.contains("atelier dataset inspect \(inspected)\n"))
      #expect(card.contains("atelier train \(trained) --mix none --from lite --architecture"))
      #expect(
        card.contains("--dataset \(inspected) --split held-out") == (source != "predictions"))
      #expect(!card.contains("--split validation"))
    }
  }

  @Test func picturesLieBesideTheCardThatShowsThem() throws {
    try Self.withCard(of: ["a b": Self.text(Versions.full()), "c": Versions.old]) { files in
      #expect(
        files.map(\.path) == ["card.md", "card/a b-confusion.svg", "card/a b-reliability.svg"])
      #expect(files[0].content.contains("](card/a%20b-confusion.svg)"))
      #expect(files[0].content.contains("](card/a%20b-reliability.svg)"))
      #expect(files[0].content.contains("[a b](#a-b)"))
      for file in files.dropFirst() {
        let picture = try #require(SVGReader(file.content))
        #expect(picture.contents["title"]?.first?.hasSuffix("a b, test split") == true)
      }
      let confusion = try #require(SVGReader(files[1].content))
      #expect(confusion.contents["text"]?.contains("87") == true)
      let reliability = try #require(SVGReader(files[2].content))
      #expect(reliability.contents["text"]?.contains("7830") == true)
    }
  }

  @Test func equalVersionsMakeEqualFiles() throws {
    let manifest = try Self.text(Versions.full())
    var cards: [[ReportFile]] = []
    for _ in 0..<2 {
      try Self.withCard(of: ["v": manifest, "w": Versions.old]) { cards.append($0) }
    }
    #expect(cards[0] == cards[1])
  }

  @Test func theBestOnValidationComesFirst() throws {
    var good = try Versions.full()
    good.metrics["validation"]?.accuracy = 0.96
    try Versions.withVersions(
      [
        "unmeasured": Versions.old, "b": Self.text(Versions.full()), "good": Self.text(good),
        "a": Self.text(Versions.full()),
      ]
    ) { versions in
      #expect(ModelCard.ranked(versions).map(\.name) == ["good", "a", "b", "unmeasured"])
    }
  }

  @Test func theChoiceIsHeldAgainstTheOthers() throws {
    var quick = try Versions.full()
    quick.metrics["validation"]?.accuracy -= 0.0125
    quick.costs?[0].medianMilliseconds = 0.05
    try Self.withCard(
      of: ["chosen": Self.text(Versions.full()), "quick": Self.text(quick), "old": Versions.old],
      served: "chosen"
    ) { files in
      #expect(
        files[0].content.contains(
          "Served by default is chosen: a picture takes it 0.125 ms on one thread of the native "
            + "engine. Beside it, quick has 1.25 points less on the validation split and takes 0.050 ms."
        ))
    }
  }

  @Test func costsReplaceThoseOfTheSameEngineAndBatch() throws {
    var manifest = try Versions.full()
    let cost = Manifest.Cost(
      engine: "native", batchSize: 1, threads: 1, medianMilliseconds: 0.5, processor: "Abacus 10")
    manifest.record([cost])
    #expect(manifest.costs?.count == 2)
    #expect(manifest.costs?.first == cost)
  }

  @Test func namesCannotBreakTheDocument() throws {
    var manifest = try Versions.full()
    manifest.labels = LabelSet(
      ["a|b", "<script>", "*c*", "`d`", "[e](f)", "g\\", "h\ni", "j_k_l", "m&n", "o"])
    manifest.dataset?.name = "mine | <b>"
    manifest.outliers?[0].name = "x|y"
    try Self.withCard(of: ["v'|`": Self.text(manifest)]) { files in
      let card = files[0].content
      #expect(!card.contains("<script>"))
      #expect(!card.contains("<b>"))
      #expect(card.contains("| a\\|b "))
      #expect(card.contains("\\[e\\](f)"))
      #expect(card.contains("| h i "))
      #expect(card.squeezed.contains("| Licence | not recorded |"))
      #expect(card.contains("--output reproduced/'v'\\''|`'"))
      // Every row of a table has as many cells as its header.
      for table in card.components(separatedBy: "\n\n") where table.hasPrefix("|") {
        let counts = table.split(separator: "\n").map { row in
          row.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
        }
        #expect(Set(counts).count == 1, "\(table)")
      }
    }
  }

  private static func withCard(
    of manifests: KeyValuePairs<String, String>, served: String? = nil,
    _ body: ([ReportFile]) throws -> Void
  ) throws {
    try Versions.withVersions(manifests) { versions in
      try body(ModelCard(versions, served: served, name: "card").files)
    }
  }

  private static func text(_ manifest: Manifest) throws -> String {
    String(decoding: try JSONDocument.encode(manifest), as: UTF8.self)
  }
}
