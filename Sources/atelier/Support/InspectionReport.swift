import Classification
import Dataset

/// What `atelier dataset inspect` prints of a user's data set.
struct InspectionReport: Encodable {
  let inspection: DatasetInspection
  /// Why nothing can be learned from it; `nil` when something can.
  let problem: String?

  /// Entries of a list that are named.
  private static let namedCount = 20

  init(_ dataset: CuratedDataset, strict: Bool) {
    inspection = dataset.inspection
    do throws(DatasetError) {
      try dataset.check(strict: strict)
      problem = nil
    } catch {
      problem = error.description
    }
  }

  private enum CodingKeys: String, CodingKey {
    case problem
  }

  func encode(to encoder: any Encoder) throws {
    try inspection.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(problem, forKey: .problem)
  }

  /// The report for people.
  var text: String {
    var table = TextTable(
      header: ["class", "pictures", "usable", "training", "validation", "held out"])
    for row in inspection.classes {
      table.append(
        [row.name]
          + [row.pictures, row.usable, row.training, row.validation, row.heldOut]
          .map { String($0) })
    }
    return ([table.description] + findings + problems).joined(separator: "\n")
  }

  private var findings: [String] {
    var lines = ["\(inspection.duplicates) duplicates are left out"]
    lines += list(
      inspection.contradictions.map { group in
        group.map { "\($0.name) (\($0.label))" }.joined(separator: ", ")
      }, "pictures with different labels are left out")
    lines += list(
      inspection.unreadable.map { "\($0.name): \($0.reason)" },
      "files cannot be read and are left out")
    if let overlap = inspection.testOverlap {
      lines += list(overlap, "pictures of the standard test split are left out")
    } else {
      let known = Set(LabelSet.fashionMNIST.names)
      let hasOthers = inspection.classes.contains { !known.contains($0.name) }
      lines.append(
        "not compared with the standard test split: "
          + (hasOthers ? "the classes are others" : "it is not installed"))
    }
    if let count = inspection.trainingOverlap, count > 0 {
      lines.append(
        "\(count) pictures of the standard training set are learned from, but not held out")
    }
    if let ratio = inspection.imbalance {
      let warning = inspection.isImbalanced ? "; add pictures of the smallest" : ""
      lines.append(
        "the largest class has \(ratio.formatted(decimals: 1)) times as many pictures as the smallest"
          + warning)
    }
    return lines + ["sha256 of the usable pictures: \(inspection.sha256)"]
  }

  private var problems: [String] {
    problem.map { ["nothing can be learned from it: \($0)"] } ?? []
  }

  private func list(_ entries: [String], _ what: String) -> [String] {
    guard !entries.isEmpty else { return [] }
    let rest = entries.count - Self.namedCount
    return ["\(entries.count) \(what):"] + entries.prefix(Self.namedCount).map { "  \($0)" }
      + (rest > 0 ? ["  and \(rest) others"] : [])
  }
}
