import Foundation
import Monitoring
import Records

extension MonitoringSummary {
  /// The answer's body.
  var json: OrderedJSON {
    [
      "window": .string(query.window.description),
      "engine": Self.text(query.engine),
      "model_version": Self.text(query.modelVersion),
      "served_version": .string(servedVersion),
      "traffic": trafficJSON,
      "predictions": predictionsJSON,
    ]
  }

  private var trafficJSON: OrderedJSON {
    let head: OrderedJSON = [
      "from": Self.time(traffic.from),
      "to": Self.time(traffic.to),
      "counted_since": Self.time(traffic.countedSince),
      "coverage": .fixed(traffic.coverage, decimals: 4),
      "interval_s": .integer(traffic.interval),
    ]
    let sources = traffic.sources.inOrder.map { source, totals in
      Self.json(source).appending(Self.json(totals, rate: traffic.rate(totals)))
    }
    let points = traffic.points.map { point in
      (["at": Self.time(point.start), "seconds": .fixed(point.seconds, decimals: 3)] as OrderedJSON)
        .appending(Self.json(point.totals, rate: point.rate))
    }
    return head.appending(Self.json(traffic.totals, rate: traffic.rate(traffic.totals)))
      .appending(["by_source": .array(sources), "points": .array(points)])
  }

  private var predictionsJSON: OrderedJSON {
    let head: OrderedJSON = ["from": Self.time(start), "to": Self.time(traffic.to)]
    let sources = sources.inOrder.map { source, group in
      Self.json(source).appending(Self.json(group))
    }
    return head.appending(Self.json(all)).appending([
      "confidence": .array(all.predictions.confidences.map { .integer($0) }),
      "confusion": confusionJSON, "by_source": .array(sources),
    ])
  }

  /// The classes of the served version first, then those of others.
  private var confusionJSON: OrderedJSON {
    let counts = all.predictions.confusion
    let known = Set(classes)
    let others = Set(counts.keys).union(counts.values.flatMap(\.keys)).subtracting(known)
    let names = classes + others.sorted()
    return [
      "classes": .array(names.map { .string($0) }),
      "counts": .array(
        names.map { label in .array(names.map { .integer(counts[label]?[$0] ?? 0) }) }),
    ]
  }

  private static func json(_ source: TrafficLog.Source) -> OrderedJSON {
    ["engine": .string(source.engine), "model_version": .string(source.modelVersion)]
  }

  private static func json(_ totals: TrafficTotals, rate: Double) -> OrderedJSON {
    [
      "requests": .integer(totals.requests),
      "rate": .fixed(rate, decimals: 4),
      "client_errors": .integer(totals.clientErrors),
      "server_errors": .integer(totals.serverErrors),
      "error_rate": .fixed(totals.errorRate, decimals: 6),
      "latency_ms": [
        "p50": milliseconds(totals.latency(0.5)), "p95": milliseconds(totals.latency(0.95)),
        "p99": milliseconds(totals.latency(0.99)), "max": milliseconds(totals.longestLatency),
      ],
    ]
  }

  private static func json(_ group: Group) -> OrderedJSON {
    let predictions = group.predictions
    func part(_ count: Int) -> OrderedJSON {
      ["count": .integer(count), "share": share(predictions.share(count))]
    }
    return [
      "total": .integer(predictions.count),
      "by_class": .sorted(predictions.classes),
      "uncertain": part(predictions.uncertain),
      "not_garment": part(predictions.notGarments),
      "accuracy": [
        "labelled": .integer(predictions.labelled),
        "right": .integer(predictions.right),
        "value": share(predictions.accuracy),
        "lower": share(predictions.accuracyInterval?.lower),
        "upper": share(predictions.accuracyInterval?.upper),
      ],
      "drift": group.drift.map(json) ?? .null,
    ]
  }

  private static func json(_ drift: Drift) -> OrderedJSON {
    func index(_ index: PopulationStabilityIndex) -> OrderedJSON {
      [
        "psi": index.value.map { .fixed($0, decimals: 4) } ?? .null,
        "state": .string(index.state.rawValue),
      ]
    }
    return [
      "model_version": .string(drift.modelVersion),
      "pictures": .integer(drift.count),
      "needed": .integer(PopulationStabilityIndex.minimumCount),
      "classes": index(drift.classes),
      "confidence": drift.confidences.map(index) ?? .null,
    ]
  }

  private static func text(_ value: String?) -> OrderedJSON { value.map { .string($0) } ?? .null }

  private static func time(_ date: Date) -> OrderedJSON { .string(Timestamp.text(date)) }

  private static func share(_ value: Double?) -> OrderedJSON {
    value.map { .fixed($0, decimals: 4) } ?? .null
  }

  private static func milliseconds(_ value: Duration?) -> OrderedJSON {
    value.map { .fixed($0 / .milliseconds(1), decimals: 3) } ?? .null
  }
}
