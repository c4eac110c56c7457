/**
 * What an operation asks for, as plain data: commands, their statements, what has to hold
 * before them, and their names in logs and observations.
 */
@NullMarked
package io.github.matrixone.spring.command;

import org.jspecify.annotations.NullMarked;
