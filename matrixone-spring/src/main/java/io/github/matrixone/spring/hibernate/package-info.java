/**
 * What Hibernate has to know about MatrixOne.
 */
@NullMarked
package io.github.matrixone.spring.hibernate;

import org.jspecify.annotations.NullMarked;
