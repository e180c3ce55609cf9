import ModelStore

/// The commands that make a version and its numbers again.
struct ReproductionGuide {
  let name: String
  let manifest: Manifest

  /// A command for each thing, with a line that says what it is for.
  var markdown: String {
    var text = Markdown.block(
      steps.map { "# \($0.purpose)\n\($0.command)" }.joined(separator: "\n"), language: "sh")
    let recipe = TrainingRecipe(manifest)
    if recipe?.program != nil {
      return text
        + "\n\nThe program needs a GPU and Python's torch. Sums of floats are rounded otherwise from run to "
        + "run there, so that the weights differ a little each time."
    }
    if let unsettable = recipe?.settingsWithoutOption, !unsettable.isEmpty {
      text +=
        "\n\nThe run had other values than the recipe for settings that no option sets: "
        + unsettable.map(Markdown.code).joined(separator: ", ") + "."
    }
    if manifest.training != nil {
      text +=
        "\n\nThe same program on the same machine trains the same weights, bit for bit; elsewhere, sums "
        + "of floats may be rounded otherwise, and the weights then differ."
    }
    return text
  }

  private func trained(by recipe: TrainingRecipe) -> [(String, String)] {
    let output = "reproduced/\(ShellWord.quoted(name))"
    return [
      (
        "the weights, their calibration, their files and their quality",
        recipe.command(data: ownData?.trained ?? [], output: output)
      )
    ]
  }

  private func imported(from recipe: TrainingRecipe) -> [(String, String)] {
    let weights = "reproduced/\(recipe.runName)"
    return [
      ("the weights", recipe.command(output: "reproduced")),
      (
        "their files",
        "atelier models import \(weights).pth --recipe \(weights).json --name reproduced"
      ),
      ("their calibration and their quality", "atelier calibrate --model reproduced"),
    ]
  }

  /// A user's data set as commands name it.
  private struct OwnData {
    /// Where it is; `nil` for stored predictions.
    let path: String?
    /// What comes after `atelier train`.
    let trained: [String]

    /// What comes after `atelier dataset inspect`.
    var inspected: String { path ?? "--labels" }
  }

  private var ownData: OwnData? {
    guard let dataset = manifest.dataset, let source = dataset.source else { return nil }
    let path = source == "predictions" ? nil : ShellWord.quoted(dataset.name)
    var start = "scratch"
    if case .object(let training)? = manifest.training,
      case .string(let base)? = training["base"]
    {
      start = base
    }
    return OwnData(
      path: path,
      trained: [
        path.map { "--dataset \($0)" } ?? "--labels",
        "--mix \(ShellWord.quoted(dataset.mix ?? "none"))", "--from \(ShellWord.quoted(start))",
      ])
  }

  /// The splits that the standard set gives again: of a user's data set, only its test split.
  private var evaluatedSplits: [String] { ownData == nil ? QualityTables.splitNames : ["test"] }

  private var steps: [(purpose: String, command: String)] {
    let model = ShellWord.quoted(name)
    var steps: [(String, String)] = []
    if manifest.dataset != nil {
      let own = (ownData?.inspected).map { " " + $0 } ?? ""
      steps.append(("the data, with its SHA-256", "atelier dataset inspect" + own))
    }
    if let recipe = TrainingRecipe(manifest) {
      steps += recipe.program == nil ? trained(by: recipe) : imported(from: recipe)
    }
    if let ownData, let path = ownData.path, manifest.metrics[Manifest.heldOutSplit] != nil {
      steps.append(
        (
          "the numbers of the \(Manifest.heldOutSplit) split, with their pictures",
          "atelier evaluate --model \(model) --engine pytorch --dataset \(path) "
            + "--split \(Manifest.heldOutSplit) --report report-\(Manifest.heldOutSplit)"
        ))
    }
    for split in evaluatedSplits where manifest.metrics[split] != nil {
      steps.append(
        (
          "the numbers of the \(split) split, with their pictures",
          "atelier evaluate --model \(model) --engine pytorch --split \(split) "
            + "--report report-\(split)"
        ))
    }
    if manifest.flippedTestAccuracy != nil {
      steps.append(
        (
          "accuracy with mirror images",
          "atelier evaluate --model \(model) --engine pytorch --mirrored"
        ))
    }
    if let robustness = manifest.robustness {
      steps.append(
        (
          "accuracy on photographs",
          "atelier evaluate --model \(model) --robustness --limit \(robustness.samples) "
            + "--seed \(robustness.seed)"
        ))
    }
    if manifest.outliers != nil {
      steps.append(
        ("how well other things are noticed", "atelier evaluate --model \(model) --outliers"))
    }
    for size in Set(manifest.costs?.map(\.batchSize) ?? []).sorted() {
      steps.append(
        (
          "what \(size == 1 ? "a picture costs" : "\(size) pictures cost")",
          "atelier benchmark --model \(model) --iterations 2000 --batch \(size)"
        ))
    }
    steps.append(("this section", "atelier models card \(model) --output card.md"))
    return steps
  }
}
