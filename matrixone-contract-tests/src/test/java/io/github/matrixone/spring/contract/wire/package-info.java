/**
 * What arrives at the server: the starter, real drivers and real pools against a server
 * that only imitates MatrixOne's transactions. Needs no MatrixOne.
 */
@NullMarked
package io.github.matrixone.spring.contract.wire;

import org.jspecify.annotations.NullMarked;
