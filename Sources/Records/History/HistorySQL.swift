/// The statements that read the history.
enum HistorySQL {
  static let record = "SELECT \(PredictionRow.columns) FROM predictions WHERE id = ?"

  /// Where the newest predictions are looked for, in the order of their identities.
  enum Source: String {
    case all = "predictions WHERE"
    /// Those with a label, which are few.
    case labelled = "predictions INDEXED BY predictions_labelled WHERE true_label IS NOT NULL AND"

    /// The fewest predictions that hold all that a filter lets through.
    init(_ filter: PredictionFilter) {
      self = filter.label == nil || filter.label == .unlabelled ? .all : .labelled
    }
  }

  /// The identity that some others separate from the newest below a bound.
  static func floor(_ source: Source) -> String {
    "SELECT id FROM \(source.rawValue) id < ? AND id >= ? ORDER BY id DESC LIMIT 1 OFFSET ?"
  }

  /// The identity in a facet that some others separate from the newest below a bound.
  static let floorOfFacet = """
    SELECT id FROM predictions INDEXED BY predictions_by_facet
    WHERE facet = ? AND id < ? AND id >= ? ORDER BY id DESC LIMIT 1 OFFSET ?
    """

  /// The numbers of facets that are not empty.
  static func facets(_ conditions: String) -> String {
    """
    SELECT facet FROM prediction_facets WHERE predictions > 0\(conditions) ORDER BY facet DESC
    """
  }

  /// The newest records between two identities.
  static func records(_ source: Source, _ conditions: String) -> String {
    """
    SELECT \(PredictionRow.columns) FROM \(source.rawValue) id < ? AND id >= ?\(conditions)
    ORDER BY id DESC LIMIT ?
    """
  }

  /// The newest identities of a facet between two identities.
  static func identities(_ conditions: String) -> String {
    """
    SELECT id FROM predictions INDEXED BY predictions_by_facet
    WHERE facet = ? AND id < ? AND id >= ?\(conditions) ORDER BY id DESC LIMIT ?
    """
  }

  /// A part of a statement, with a question mark for each of the values in it.
  typealias Conditions = (sql: String, values: [ConditionValue])

  /// What a facet has to be.
  static func facetConditions(_ filter: PredictionFilter) -> Conditions {
    let label =
      switch filter.label {
      case nil: ""
      case .unlabelled: " AND true_label = ''"
      case .labelled: " AND true_label <> ''"
      case .right: " AND true_label = predicted_class"
      case .wrong: " AND true_label NOT IN ('', predicted_class)"
      }
    let common = commonConditions(filter)
    return (common.sql + label, common.values)
  }

  /// What a record has to be, where no facet was looked at before.
  ///
  /// - Parameter like: The operator that compares with a pattern and ignores the case of A to Z.
  static func recordConditions(
    _ filter: PredictionFilter, like: String = "LIKE"
  ) -> Conditions {
    let label =
      switch filter.label {
      case nil: ""
      case .unlabelled: " AND true_label IS NULL"
      case .labelled: " AND true_label IS NOT NULL"
      case .right: " AND true_label = predicted_class"
      case .wrong: " AND true_label <> predicted_class"
      }
    let (common, scan) = (commonConditions(filter), scanConditions(filter, like: like))
    return (common.sql + label + scan.sql, common.values + scan.values)
  }

  /// What a facet has to be, and a record too, but for the label.
  private static func commonConditions(_ filter: PredictionFilter) -> Conditions {
    let conditions: [(String, ConditionValue?)] = [
      ("predicted_class", filter.predictedClass.map(ConditionValue.text)),
      ("model_used", filter.modelUsed.map(ConditionValue.text)),
      ("model_version", filter.modelVersion.map(ConditionValue.text)),
      ("uncertain", filter.isUncertain.map(ConditionValue.flag)),
    ]
    return conditions.reduce(into: ("", [])) { result, condition in
      guard let value = condition.1 else { return }
      result.0 += " AND \(condition.0) = ?"
      result.1.append(value)
    }
  }

  /// What a record has to be that no facet tells.
  ///
  /// - Parameter like: The operator that compares with a pattern and ignores the case of A to Z.
  static func scanConditions(_ filter: PredictionFilter, like: String = "LIKE") -> Conditions {
    var sql = ""
    var values: [ConditionValue] = []
    if let confidence = filter.minimumConfidence {
      sql += " AND confidence >= ?"
      values.append(.number(confidence))
    }
    if let requestID = filter.requestID {
      sql += " AND request_id = ?"
      values.append(.text(requestID))
    }
    if let filename = filter.filename {
      // SQLite prepares a statement anew whenever a pattern that is nothing but a value has changed.
      sql += #" AND filename \#(like) '' || ? ESCAPE '\'"#
      values.append(.text("%\(escaped(filename))%"))
    }
    return (sql, values)
  }

  /// A text in which no character of a pattern is more than itself.
  private static func escaped(_ text: String) -> String {
    text.replacing(#/[\\%_]/#) { #"\"# + $0.output }
  }
}
