import Classification
public import ModelStore
import Networks

/// What model versions are, how they were made and how good they are, all from their manifests.
///
/// Source of the form: Mitchell et al., *Model Cards for Model Reporting*, 2019.
public struct ModelCard: Sendable {
  private let versions: [VersionCard]
  private let served: String?
  private let name: String

  /// Creates a card.
  ///
  /// - Parameters:
  ///   - versions: The versions, in the order of the card.
  ///   - served: The name of the version that the service answers with by default.
  ///   - name: The name of the document, and of the folder of its pictures beside it.
  public init(_ versions: [ModelVersion], served: String? = nil, name: String = "model-card") {
    self.versions = versions.map { VersionCard($0, pictureFolder: name) }
    self.served = served
    self.name = name
  }

  /// Versions with the best accuracy on the validation split first; those without one last.
  public static func ranked(_ versions: [ModelVersion]) -> [ModelVersion] {
    func accuracy(_ version: ModelVersion) -> Double {
      version.manifest.metrics["validation"]?.accuracy ?? -1
    }
    return versions.sorted { (accuracy($1), $0.name) < (accuracy($0), $1.name) }
  }

  /// The document, whose path is its name with `.md`, and its pictures. Equal versions make equal
  /// files.
  public var files: [ReportFile] {
    [ReportFile(path: name + ".md", content: markdown)] + versions.flatMap(\.pictures)
  }

  private var markdown: String {
    """
    # Model card

    Written by `atelier models card` from the manifests of the model versions: every number below was \
    measured or counted by the program and is kept with the model it belongs to.

    \(comparison)
    \(choice)
    \(versions.map(\.markdown).joined(separator: "\n\n"))

    ## Limits

    \(limits)

    """
  }

  private var comparison: String {
    let forms = ModelForm.allCases.filter { form in
      versions.contains { $0.manifest.files[form.fileName] != nil }
    }
    var table = MarkdownTable(
      [
        "Version", "Architecture", "Validation accuracy", "Test accuracy", "Parameters",
        "Multiply-adds",
      ] + forms.map { "\(Markdown.code($0.fileName)), bytes" }, textColumns: 2)
    for version in versions {
      let manifest = version.manifest
      let accuracies = ["validation", "test"].map { split in
        manifest.metrics[split].map { Figures.percent($0.accuracy) } ?? QualityTables.notMeasured
      }
      table.append(
        [
          Markdown.link(toHeading: version.name)
            + (version.name == served ? " (served by default)" : ""),
          manifest.architecture?.rawValue ?? "other",
        ] + accuracies + [
          Figures.grouped(manifest.parameters),
          manifest.multiplyAdds.map(Figures.grouped) ?? "not known",
        ]
          + forms.map { form in
            manifest.files[form.fileName].map { Figures.grouped($0.bytes) } ?? "–"
          })
    }
    return table.markdown
      + "\n\nMultiply-adds are those for one picture. Choices are made by the validation split; the "
      + "test split only tells how good they were."
  }

  /// What the version that is served costs and gains beside the others, by one picture on the native
  /// engine; empty when that was not measured.
  private var choice: String {
    func cost(_ version: VersionCard) -> Double? {
      version.manifest.costs?.first {
        $0.engine == EngineKind.native.rawValue && $0.batchSize == 1
      }?
      .medianMilliseconds
    }
    guard let chosen = versions.first(where: { $0.name == served }), let time = cost(chosen),
      let accuracy = chosen.manifest.metrics["validation"]?.accuracy
    else { return "" }
    let others = versions.compactMap { other -> String? in
      guard other.name != served, let otherTime = cost(other),
        let otherAccuracy = other.manifest.metrics["validation"]?.accuracy
      else { return nil }
      let points = Figures.fixed(abs(otherAccuracy - accuracy) * 100, decimals: 2)
      return "\(Markdown.escape(other.name)) has \(points) points "
        + "\(otherAccuracy < accuracy ? "less" : "more") on the validation split and takes "
        + "\(Figures.fixed(otherTime, decimals: 3)) ms"
    }
    guard !others.isEmpty else { return "" }
    return """

      Served by default is \(Markdown.escape(chosen.name)): a picture takes it \
      \(Figures.fixed(time, decimals: 3)) ms on one thread of the native engine. Beside it, \
      \(others.joined(separator: "; ")).

      """
  }

  private var limits: String {
    """
    - **28x28 grey pixels.** That is all a network sees of a picture. Colour, cloth, prints, buttons \
    and brands are lost, and with them what would tell some garments apart.
    - **A fixed set of classes.** Every picture is answered with one of the class names above. A hat \
    or a glove has no class; pictures of other things are noticed only as well as the tables of the \
    garment detector say.
    - **One shop's catalogue.** Fashion-MNIST was made of a single retailer's product photographs: one \
    article each, on a plain ground. Folded or half hidden garments, several at once, people or a busy \
    ground are little or no part of what the networks learned from.
    - **Label noise.** T-shirt/top, Shirt, Pullover and Coat often cannot be told apart in so small a \
    picture, and the data set's own labels are doubtful for some of them. No model can be better there \
    than its labels.
    - **Confidences hold for such garments.** The temperature and the threshold of "not sure" were \
    fitted to pictures of the same data set. For other pictures, confidences are likely to be too high.
    """
  }
}
