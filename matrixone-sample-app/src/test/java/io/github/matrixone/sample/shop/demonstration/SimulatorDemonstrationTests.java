package io.github.matrixone.sample.shop.demonstration;

/**
 * The demonstration on the simulator.
 */
class SimulatorDemonstrationTests extends DemonstrationBehaviour {

}
