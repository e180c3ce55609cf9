import Dataset

/// What was found out about a data set, as answers and events show it.
enum InspectionAnswer {
  /// Entries of a list that are shown.
  static let shownCount = 50

  /// - Parameter problem: Why nothing can be learned from the data set.
  static func json(_ inspection: DatasetInspection, problem: String?) -> OrderedJSON {
    [
      "kind": .string(inspection.kind.rawValue),
      "pictures": .integer(inspection.pictures),
      "classes": .array(
        inspection.classes.map { row in
          [
            "name": .string(row.name), "pictures": .integer(row.pictures),
            "usable": .integer(row.usable), "training": .integer(row.training),
            "validation": .integer(row.validation), "held_out": .integer(row.heldOut),
          ]
        }),
      "duplicates": .integer(inspection.duplicates),
      "contradictions": list(inspection.contradictions) { group in
        .array(group.map { ["name": .string($0.name), "label": .string($0.label)] })
      },
      "unreadable": list(inspection.unreadable) {
        ["name": .string($0.name), "reason": .string($0.reason)]
      },
      "test_overlap": inspection.testOverlap.map { list($0) { .string($0) } } ?? .null,
      "training_overlap": inspection.trainingOverlap.map { .integer($0) } ?? .null,
      "imbalance": inspection.imbalance.map { .fixed($0, decimals: 2) } ?? .null,
      "imbalanced": .boolean(inspection.isImbalanced),
      "sha256": .string(inspection.sha256),
      "problem": problem.map { .string($0) } ?? .null,
    ]
  }

  private static func list<Element>(
    _ elements: [Element], _ json: (Element) -> OrderedJSON
  ) -> OrderedJSON {
    [
      "count": .integer(elements.count), "first": .array(elements.prefix(shownCount).map(json)),
    ]
  }
}
