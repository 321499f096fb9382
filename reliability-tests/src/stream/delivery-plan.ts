import fc from "fast-check";

/** The event source spreads the table's records over this many shards. */
export const SHARD_COUNT = 3;

/** How one batch is delivered. With each field at its minimum: in order, once, and completely. */
export interface Delivery {
  /** Which shard is delivered, modulo those with pending records. */
  shard: number;
  /** How many pending records the batch contains. */
  size: number;
  /** The batch starts this many records before the checkpoint. */
  rewind: number;
  /** How many records of the batch it contains twice. */
  duplicates: number;
  /** Rotates the order of the item partitions. The order within a partition is kept. */
  rotation: number;
  /** The Lambda crashes after this many writes; 0 means never. */
  crashAfterWrites: number;
  /** Adds a malformed record of this kind at the start of the batch, permanently; 0 means none. */
  malformed: number;
}

export const REGULAR_DELIVERY: Delivery = {
  shard: 0,
  size: 1_000,
  rewind: 0,
  duplicates: 0,
  rotation: 0,
  crashAfterWrites: 0,
  malformed: 0,
};

const rarely = (max: number) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max }) });

/** Deliveries that repeat, reorder and corrupt records, and during which the Lambda crashes. */
export const deliveryPlans: fc.Arbitrary<Delivery[]> = fc.array(
  fc.record({
    shard: fc.nat({ max: SHARD_COUNT - 1 }),
    size: fc.constant(REGULAR_DELIVERY.size),
    rewind: rarely(12),
    duplicates: rarely(6),
    rotation: rarely(3),
    crashAfterWrites: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
    ),
    malformed: rarely(4),
  }),
  { minLength: 1, maxLength: 12, size: "max" },
);
