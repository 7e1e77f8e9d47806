/** One night at one weather station. */
export interface FrostNight {
  readonly id: number;
  /** Air temperature at 21:00, degrees Celsius; null when the sensor was down. */
  readonly eveningTemperature: number | null;
  /** Relative humidity at 21:00, percent. */
  readonly humidity: number;
  /** Mean wind of the evening, metres per second; null when the sensor was down. */
  readonly wind: number | null;
  /** Share of the sky under clouds, percent. */
  readonly clouds: number;
  /** Metres above the valley's floor. */
  readonly height: number;
  readonly soil: Soil;
  /** 1 when there was frost on the ground by morning. */
  readonly frost: 0 | 1;
}

const SOILS = ["clay", "loam", "peat", "sand"] as const;
export type Soil = (typeof SOILS)[number];

/** How much colder than the air each kind of soil becomes, degrees. */
const SOIL_COOLING: Record<Soil, number> = { clay: 0, loam: 0.4, peat: 1.8, sand: 1.1 };

/**
 * Invented nights with a known law: clear, still nights cool the ground most, cold air gathers at the valley's floor,
 * peat and sand cool faster. The law has products of features, so that a straight line is not the best answer.
 * Only arithmetic that is exact in IEEE doubles and Math.exp is used, so that every machine makes the same nights.
 */
export function frostNights(count: number, seed: number): FrostNight[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => {
    const eveningTemperature = round1(4 + 3 * normal(random));
    const humidity = Math.round(clamp(70 + 15 * normal(random), 20, 100));
    const wind = round1(Math.abs(2.2 * normal(random)));
    const clouds = Math.round(100 * random());
    const height = Math.round(120 * random());
    const soil = SOILS[Math.floor(random() * SOILS.length)]!;
    const cooling = 7 * (1 - clouds / 100) * (1 / (1 + 0.6 * wind)) + 1.6 * (1 - height / 120) ** 2;
    const ground = eveningTemperature - cooling - SOIL_COOLING[soil] + 0.02 * (humidity - 70);
    const frost = random() < 1 / (1 + Math.exp(1.3 * ground)) ? 1 : 0;
    return {
      id: index + 1,
      eveningTemperature: random() < 0.04 ? null : eveningTemperature,
      humidity,
      wind: random() < 0.06 ? null : wind,
      clouds,
      height,
      soil,
      frost,
    };
  });
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

/** Nearly normal with mean 0 and deviation 1: twelve uniform numbers minus six. */
function normal(random: () => number): number {
  let sum = -6;
  for (let index = 0; index < 12; index += 1) sum += random();
  return sum;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
